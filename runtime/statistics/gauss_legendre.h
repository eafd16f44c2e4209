// Gauss and Legendre's eight nodes of [-1, 1]: four places, each with its mirror, and their weights.
#pragma once

#include <array>

namespace proofmark::statistics {

struct Node {
  double place, weight;
};
inline constexpr std::array<Node, 4> kGaussLegendre{{{0.18343464249564980494, 0.36268378337836198297},
                                                     {0.52553240991632898582, 0.31370664587788728734},
                                                     {0.79666647741362673959, 0.22238103445337447054},
                                                     {0.96028985649753623168, 0.10122853629037625915}}};

}  // namespace proofmark::statistics
