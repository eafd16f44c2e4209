#include "runtime/models/schedule.h"

#include <algorithm>

#include "runtime/models/variate.h"
#include "runtime/plan/match.h"

namespace proofmark::models {
namespace {

using plan::ModelFamily;
using plan::ModelOperation;

// Places that are given out and come back.
class Places {
 public:
  Place take() {
    if (free_.empty()) return static_cast<Place>(count_++);
    const Place place = free_.back();
    free_.pop_back();
    return place;
  }
  void give(Place place) { free_.push_back(place); }
  std::size_t count() const { return count_; }

 private:
  std::vector<Place> free_;
  std::size_t count_ = 0;
};

enum class Kind : std::uint8_t { constant, row, bits };
struct Where {
  Kind kind = Kind::constant;
  Place place = 0;
};

class Scheduler {
 public:
  Scheduler(const Program& program, const Kernels& kernels) : program_(program), kernels_(kernels) {}

  Schedule make() {
    find_last_readers();
    for (std::uint32_t node = 0; node < program_.nodes.size(); ++node) {
      node_ = node;
      plan::match(
          program_.nodes[node], [&](const ReadyConstant& one) { constant(one); },
          [&](const ReadyDraw& one) { draw(one); }, [&](const plan::ModelRecorded& one) { take(one); },
          [&](const plan::ModelStep& one) { step(one); });
      const Where& made = where_.back();
      if (made.kind == Kind::row && !program_.ranges[node].finite) emit(Doubt{made.place});
      if (last_reader_[node] == node) give(made);  // nobody reads it
    }
    for (const std::uint32_t node : program_.model->counts) made_.counts.push_back(bits_for_good(node));
    for (const plan::ModelRanks& ranks : program_.model->ranks) made_.ranks.push_back(row_for_good(ranks.node));
    made_.rows = rows_.count();
    made_.bits = bits_.count();
    return std::move(made_);
  }

 private:
  void find_last_readers() {
    const auto count = static_cast<std::uint32_t>(program_.nodes.size());
    for (std::uint32_t node = 0; node < count; ++node) last_reader_.push_back(node);
    for (std::uint32_t node = 0; node < count; ++node) {
      if (const auto* draw = std::get_if<ReadyDraw>(&program_.nodes[node]))
        for (const std::uint32_t id : draw->parameters) last_reader_[id] = node;
      if (const auto* step = std::get_if<plan::ModelStep>(&program_.nodes[node]))
        for (const std::uint32_t id : step->operands) last_reader_[id] = node;
    }
    for (const std::uint32_t node : program_.model->counts) last_reader_[node] = count;
    for (const plan::ModelRanks& ranks : program_.model->ranks) last_reader_[ranks.node] = count;
  }

  void emit(Instruction instruction) { made_.instructions.push_back(std::move(instruction)); }
  void give(const Where& where) {
    if (where.kind == Kind::row) rows_.give(where.place);
    if (where.kind == Kind::bits) bits_.give(where.place);
  }
  // Operands that nothing reads after this node; each is given back once.
  void give_operands(std::vector<std::uint32_t> operands) {
    std::sort(operands.begin(), operands.end());
    operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
    for (const std::uint32_t id : operands)
      if (last_reader_[id] == node_) give(where_[id]);
    for (const Where& where : temporary_) give(where);
    temporary_.clear();
  }

  double fixed(std::uint32_t node) const { return std::get<ReadyConstant>(program_.nodes[node]).value; }
  Operand constant_operand(double value) {
    made_.constants.push_back(value);
    return {true, static_cast<Place>(made_.constants.size() - 1)};
  }

  // A node as a number, as a row, as a truth. What is turned into another kind for one reader is given back after it.
  Operand number(std::uint32_t node) {
    if (where_[node].kind == Kind::constant) return constant_operand(fixed(node));
    return {false, row(node)};
  }
  Place row(std::uint32_t node) {
    if (where_[node].kind == Kind::row) return where_[node].place;
    const Place place = rows_.take();
    temporary_.push_back({Kind::row, place});
    if (where_[node].kind == Kind::bits)
      emit(ToNumbers{where_[node].place, place});
    else
      emit(FillRow{fixed(node), place});
    return place;
  }
  Place truth(std::uint32_t node) {
    if (where_[node].kind == Kind::bits) return where_[node].place;
    const Place place = bits_.take();
    temporary_.push_back({Kind::bits, place});
    if (where_[node].kind == Kind::constant) {
      emit(FillBits{fixed(node) != 0, place});
      return place;
    }
    emit(Compared{kernels_.equal[2], {false, where_[node].place}, constant_operand(0), place});
    emit(Combined{Logic::inverse, {place}, place});
    return place;
  }
  Place bits_for_good(std::uint32_t node) {
    const Place place = truth(node);
    temporary_.clear();
    return place;
  }
  Place row_for_good(std::uint32_t node) {
    const Place place = row(node);
    temporary_.clear();
    return place;
  }

  bool is_truth(std::uint32_t node) const {
    return where_[node].kind == Kind::bits ||
           (where_[node].kind == Kind::constant && (fixed(node) == 0 || fixed(node) == 1));
  }

  void constant(const ReadyConstant& one) {
    where_.push_back({Kind::constant, 0});
    if (!is_number(one.value)) emit(DoubtAll{});
  }

  void draw(const ReadyDraw& one) {
    const Where out = one.family == ModelFamily::bernoulli ? hits(one) : variate_row(one);
    give_operands(one.parameters);
    where_.push_back(out);
  }

  void take(const plan::ModelRecorded& one) {
    where_.push_back({Kind::row, rows_.take()});
    emit(TakeRecorded{one.element, where_.back().place});
  }

  Where hits(const ReadyDraw& one) {
    const std::uint32_t chance = one.parameters[0];
    const Where out{Kind::bits, bits_.take()};
    if (where_[chance].kind == Kind::constant) {
      const double p = fixed(chance);
      if (p == 0 || p == 1)
        emit(FillBits{p == 1, out.place});
      else if (in_domain(one.family, {&p, 1}))
        emit(DrawTruths{one.number, p, out.place});
      else {
        emit(FillBits{false, out.place});
        emit(DoubtAll{});
      }
      return out;
    }
    const Place chances = row(chance);
    if (!program_.ranges[node_].finite) {  // the chance may be none
      emit(Compared{kernels_.less[2], {false, chances}, constant_operand(0), out.place});
      emit(DoubtBits{out.place});
      emit(Compared{kernels_.less[1], constant_operand(1), {false, chances}, out.place});
      emit(DoubtBits{out.place});
    }
    emit(DrawTruthsOfChances{one.number, chances, out.place});
    return out;
  }

  Where variate_row(const ReadyDraw& one) {
    const Where out{Kind::row, rows_.take()};
    if (one.inverse)
      emit(DrawFromTable{one.number, one.inverse.get(), out.place});
    else
      variates(one, out);
    if (one.scale != 1)
      emit(Calculated{kernels_.multiply[2], {false, out.place}, constant_operand(one.scale), out.place});
    return out;
  }
  void variates(const ReadyDraw& one, const Where& out) {
    emit(DrawUniforms{one.number, one.supply, out.place});
    if (program_.ranges[node_].finite && one.family == ModelFamily::uniform) {  // low + (high - low) u
      const double low = fixed(one.parameters[0]), width = fixed(one.parameters[1]) - low;
      emit(Calculated{kernels_.multiply[1], constant_operand(width), {false, out.place}, out.place});
      emit(Calculated{kernels_.add[1], constant_operand(low), {false, out.place}, out.place});
    } else {
      InvertByFormula formula{one.family, {}, out.place};
      for (const std::uint32_t id : one.parameters) formula.parameters.push_back(row(id));
      emit(std::move(formula));
    }
  }

  void step(const plan::ModelStep& one) {
    const auto& of = one.operands;
    switch (one.operation) {
      case ModelOperation::add:
        return calculate(kernels_.add, of);
      case ModelOperation::subtract:
        return calculate(kernels_.subtract, of);
      case ModelOperation::multiply:
        return calculate(kernels_.multiply, of);
      case ModelOperation::divide:
        return calculate(kernels_.divide, of);
      case ModelOperation::minimum:
        return calculate(kernels_.minimum, of);
      case ModelOperation::maximum:
        return calculate(kernels_.maximum, of);
      case ModelOperation::negate:
        return calculate_from(-0.0, of);
      case ModelOperation::less:
        return compare(kernels_.less, of[0], of[1], of);
      case ModelOperation::at_most:
        return compare(kernels_.at_most, of[0], of[1], of);
      case ModelOperation::greater:
        return compare(kernels_.less, of[1], of[0], of);
      case ModelOperation::at_least:
        return compare(kernels_.at_most, of[1], of[0], of);
      case ModelOperation::equal:
        return compare(kernels_.equal, of[0], of[1], of);
      case ModelOperation::not_equal:
        compare(kernels_.equal, of[0], of[1], of);
        return emit(Combined{Logic::inverse, {where_.back().place}, where_.back().place});
      case ModelOperation::both:
        return combine(Logic::both, of);
      case ModelOperation::either:
        return combine(Logic::either, of);
      case ModelOperation::inverse:
        return combine(Logic::inverse, of);
      case ModelOperation::choose:
        return choose(of);
    }
  }

  static std::size_t form_of(const Operand& a, const Operand& b) {
    return static_cast<std::size_t>(a.fixed ? Form::left_fixed : b.fixed ? Form::right_fixed : Form::rows);
  }

  void calculate(const std::array<Calculate, kForms>& loops, const std::vector<std::uint32_t>& of) {
    const Operand a = number(of[0]), b = number(of[1]);
    give_operands(of);
    where_.push_back({Kind::row, rows_.take()});
    emit(Calculated{loops[form_of(a, b)], a, b, where_.back().place});
  }

  // constant - x
  void calculate_from(double from, const std::vector<std::uint32_t>& of) {
    const Operand x = number(of[0]);
    give_operands(of);
    where_.push_back({Kind::row, rows_.take()});
    emit(Calculated{kernels_.subtract[1], constant_operand(from), x, where_.back().place});
  }

  void compare(const std::array<Compare, kForms>& loops, std::uint32_t left, std::uint32_t right,
               const std::vector<std::uint32_t>& of) {
    const Operand a = number(left), b = number(right);
    give_operands(of);
    where_.push_back({Kind::bits, bits_.take()});
    emit(Compared{loops[form_of(a, b)], a, b, where_.back().place});
  }

  void combine(Logic logic, const std::vector<std::uint32_t>& of) {
    const auto results = of.begin() + (logic == Logic::choose ? 1 : 0);  // whoever chooses may be any number
    if (!std::all_of(results, of.end(), [&](std::uint32_t id) { return is_truth(id); })) {
      if (logic == Logic::inverse) return calculate_from(1, of);
      return calculate(logic == Logic::both ? kernels_.multiply : kernels_.maximum, of);
    }
    Combined made{logic, {}, 0};
    for (std::size_t k = 0; k < of.size(); ++k) made.bits[k] = truth(of[k]);
    give_operands(of);
    where_.push_back({Kind::bits, made.out = bits_.take()});
    emit(made);
  }

  void choose(const std::vector<std::uint32_t>& of) {
    const bool truths = where_[of[1]].kind == Kind::bits || where_[of[2]].kind == Kind::bits;
    if (truths && is_truth(of[1]) && is_truth(of[2])) return combine(Logic::choose, {of[0], of[1], of[2]});
    const Place bits = truth(of[0]);
    const Operand yes = number(of[1]), no = number(of[2]);
    give_operands(of);
    where_.push_back({Kind::row, rows_.take()});
    emit(Chosen{kernels_.choose[(yes.fixed ? 1U : 0U) + (no.fixed ? 2U : 0U)], bits, yes, no, where_.back().place});
  }

  const Program& program_;
  const Kernels& kernels_;
  Schedule made_;
  std::vector<std::uint32_t> last_reader_;  // per node
  std::vector<Where> where_;                // per node so far
  std::vector<Where> temporary_;
  Places rows_, bits_;
  std::uint32_t node_ = 0;
};

}  // namespace

Schedule schedule_of(const Program& program, const Kernels& kernels) {
  return Scheduler(program, kernels).make();
}

}  // namespace proofmark::models
