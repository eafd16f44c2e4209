// How a program of ours uses memory: link the room, and call keep_freed_memory() first.
#pragma once

namespace proofmark::memory {

// What is freed stays with the program for what comes next, and the heap begins with large pages. Linked with this,
// `new` takes blocks of four mebibytes and more in large pages. Before anything is allocated that should profit.
void keep_freed_memory();

}  // namespace proofmark::memory
