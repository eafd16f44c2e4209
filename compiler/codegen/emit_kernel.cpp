// Explicit mask IR in two phases a step of 512 rows, chosen so that instruction selection alone gives good code and no
// optimiser has to run.
//
// Rows to words: each column is loaded a vector register's worth at a time and compared with everything that it is
// compared with; the bits of each comparison are stored, straight from where the comparison left them, into a scratch
// of eight words a comparison. Words to counts: the eight words of a mask are one vector; logic and popcount work on
// whole vectors, and counters are vectors of eight lanes in memory, so that a mask costs a few instructions in 512
// rows, not in 64. The second phase works one step behind the first: a vector load of words that were stored one by
// one just before would wait for every one of the stores, and this way the processor overlaps the two.
//
// What there is very much of, comparisons of one column by one code and counts, is a loop over a table: written out it
// would take the code generator seconds, and the arguments would stay in no registers anyway.
//
// The opposite direction, i64 to <64 x i1>, is never emitted: it would move a general register to a mask register, and
// with AVX-512 LLVM 19 does not come back from selecting it under logic. Arguments are broadcast before the loop.
#include "compiler/codegen/emit_kernel.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <map>
#include <vector>

namespace proofmark::codegen {
namespace {

using llvm::Value;

constexpr unsigned kWordBits = 64;
constexpr unsigned kStepWords = PROOFMARK_STEP_WORDS;
constexpr unsigned kVectorBytes = 64;
constexpr unsigned kCacheLineBytes = 64;
constexpr unsigned kScratchSteps = 2;  // the step being filled, and the one before it
constexpr std::size_t kMostStepsOnStack = 1024;
constexpr std::uint64_t kPrefetchBytes = 6144;  // how far ahead the widest columns are asked for

// The members of proofmark_kernel_call, in order.
enum CallMember : unsigned {
  kValues,
  kValidity,
  kArguments,
  kInputs,
  kValidityStrides,
  kInputStrides,
  kOutputs,
  kCounters,
  kScratch,
  kWords
};

// Counts that are a loop: where each one's mask lies, and its counter.
struct Tally {
  std::vector<std::uint32_t> places, counters;
};

class KernelEmitter {
 public:
  KernelEmitter(std::span<const Instruction> program, Ahead ahead, llvm::LLVMContext& context)
      : program_(program),
        ahead_(ahead),
        module_(std::make_unique<llvm::Module>("proofmark", context)),
        builder_(context),
        pointer_(builder_.getPtrTy()),
        word_(builder_.getInt64Ty()),
        words_(llvm::FixedVectorType::get(word_, kStepWords)) {}

  std::unique_ptr<llvm::Module> emit() {
    auto* type = llvm::FunctionType::get(builder_.getVoidTy(), {pointer_}, false);
    function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, PROOFMARK_KERNEL_SYMBOL, *module_);
    function_->addFnAttr(llvm::Attribute::NoUnwind);
    function_->addFnAttr("prefer-vector-width", "512");
    function_->addFnAttr("min-legal-vector-width", "512");
    function_->getArg(0)->setName("call");
    builder_.SetInsertPoint(block("entry"));
    load_call();
    load_operands();
    place_comparisons();
    place_counts();
    place_scratch();
    emit_steps();
    return std::move(module_);
  }

 private:
  llvm::BasicBlock* block(const char* name) { return llvm::BasicBlock::Create(builder_.getContext(), name, function_); }

  // body(k) for k from 0 to count - 1.
  template <typename Body>
  void loop(std::uint64_t count, const char* name, Body body) {
    auto *before = builder_.GetInsertBlock(), *turn = block(name);
    builder_.CreateBr(turn);
    builder_.SetInsertPoint(turn);
    auto* k = builder_.CreatePHI(word_, 2, "k");
    k->addIncoming(builder_.getInt64(0), before);
    body(k);
    auto* next = builder_.CreateAdd(k, builder_.getInt64(1), "", true, true);
    k->addIncoming(next, builder_.GetInsertBlock());
    auto* after = block("after");
    builder_.CreateCondBr(builder_.CreateICmpULT(next, builder_.getInt64(count)), turn, after);
    builder_.SetInsertPoint(after);
  }

  // Read-only numbers, and the k-th of them.
  llvm::Constant* table(const std::vector<std::uint32_t>& numbers) {
    auto* values = llvm::ConstantDataArray::get(builder_.getContext(), numbers);
    return new llvm::GlobalVariable(*module_, values->getType(), true, llvm::GlobalValue::PrivateLinkage, values);
  }
  Value* listed(llvm::Constant* table, Value* k) {
    auto* place = builder_.CreateInBoundsGEP(builder_.getInt32Ty(), table, k);
    return builder_.CreateZExt(builder_.CreateLoad(builder_.getInt32Ty(), place), word_);
  }

  // ---- before the loop

  Value* element(llvm::Type* type, Value* array, std::uint64_t index) {
    return builder_.CreateLoad(type, builder_.CreateConstInBoundsGEP1_64(type, array, index));
  }

  void load_call() {
    std::vector<llvm::Type*> members(kWords, pointer_);
    members.push_back(word_);
    auto* call = llvm::StructType::get(builder_.getContext(), members);
    for (unsigned member = kValues; member <= kWords; ++member) {
      auto* address = builder_.CreateStructGEP(call, function_->getArg(0), member);
      call_.push_back(builder_.CreateLoad(member == kWords ? static_cast<llvm::Type*>(word_) : pointer_, address));
    }
  }

  // The address of an array, loaded once however many instructions read it.
  Value* array_of(CallMember member, std::uint32_t index) {
    Value*& address = arrays_[{member, index}];
    if (address == nullptr) address = element(pointer_, call_[member], index);
    return address;
  }

  void load_operands() {
    for (std::uint32_t id = 0; id < program_.size(); ++id) {
      const Instruction& instruction = program_[id];
      const std::uint32_t code = instruction.code;
      if (code == PROOFMARK_INPUT) load_words_operand(kInputs, kInputStrides, instruction.a);
      if (code == PROOFMARK_VALID) load_words_operand(kValidity, kValidityStrides, instruction.a);
      if (code == PROOFMARK_STORE) array_of(kOutputs, instruction.b);
      if (code == PROOFMARK_BITS) array_of(kValues, instruction.a);
      if (!compares(code)) continue;
      array_of(kValues, instruction.a);
      columns_[instruction.a].push_back(id);
    }
  }

  // Those of one column by one code lie side by side in the scratch.
  void place_comparisons() {
    for (const auto& [column, instructions] : columns_) {
      std::map<std::uint32_t, std::vector<std::uint32_t>> by_code;
      for (const std::uint32_t id : instructions) by_code[program_[id].code].push_back(id);
      for (auto& [code, alike] : by_code) {
        for (const std::uint32_t id : alike) compared_.emplace(id, static_cast<unsigned>(compared_.size()));
        if (alike.size() > PROOFMARK_MOST_WRITTEN_OUT && code != PROOFMARK_NUMBER) {
          looped_.push_back(std::move(alike));
          continue;
        }
        for (const std::uint32_t id : alike) written_out_[column].push_back(id);
        if (code == PROOFMARK_NUMBER) continue;
        for (const std::uint32_t id : alike) broadcast(program_[id]);
      }
    }
  }

  // On the stack, where the code generator knows that no other store reaches it, unless the stack may be too small.
  void place_scratch() {
    const std::size_t compared_steps = kScratchSteps * compared_.size();
    const std::size_t steps = compared_steps + counted_aside_.counters.size();
    scratch_ = steps > kMostStepsOnStack
                   ? call_[kScratch]
                   : builder_.CreateAlloca(words_, builder_.getInt64(std::max<std::size_t>(steps, 1)));
    aside_ = step_of(scratch_, compared_steps);
  }

  // Comparisons are counted from where they lie; other masks are set aside for it.
  void place_counts() {
    const auto counts = [](const Instruction& instruction) { return instruction.code == PROOFMARK_COUNT; };
    counts_written_out_ =
        static_cast<std::size_t>(std::count_if(program_.begin(), program_.end(), counts)) <= PROOFMARK_MOST_WRITTEN_OUT;
    if (counts_written_out_) return;
    for (const Instruction& instruction : program_) {
      if (!counts(instruction)) continue;
      const auto compared = compared_.find(instruction.a);
      Tally& tally = compared == compared_.end() ? counted_aside_ : counted_compared_;
      const std::size_t aside = counted_aside_.places.size();
      tally.places.push_back(compared == compared_.end() ? static_cast<std::uint32_t>(aside) : compared->second);
      tally.counters.push_back(instruction.b);
    }
  }

  void load_words_operand(CallMember words, CallMember strides, std::uint32_t index) {
    array_of(words, index);
    strides_[{words, index}] = element(word_, call_[strides], index);
  }

  llvm::Type* row_type(std::uint32_t physical) {
    if (physical == PROOFMARK_F64) return builder_.getDoubleTy();
    return builder_.getIntNTy(width_bytes(physical) * 8);
  }
  static unsigned vector_rows(std::uint32_t physical) { return kVectorBytes / width_bytes(physical); }

  void broadcast(const Instruction& instruction) {
    Value*& vector = broadcasts_[{instruction.b, instruction.physical}];
    if (vector != nullptr) return;
    vector = in_every_row(element(word_, call_[kArguments], instruction.b), instruction.physical);
  }
  Value* in_every_row(Value* argument, std::uint32_t physical) {
    Value* row = physical == PROOFMARK_F64 ? builder_.CreateBitCast(argument, builder_.getDoubleTy())
                                           : builder_.CreateTrunc(argument, row_type(physical));
    return builder_.CreateVectorSplat(vector_rows(physical), row);
  }

  // ---- the loop: step i is compared while step i - 1 is counted; one turn more than there are steps

  void emit_steps() {
    auto* entry = builder_.GetInsertBlock();
    auto *turn = block("turn"), *fill = block("fill"), *filled = block("filled"), *count = block("count"),
         *next = block("next"), *done = block("done");
    builder_.CreateBr(turn);
    builder_.SetInsertPoint(turn);
    step_ = builder_.CreatePHI(word_, 2, "step");
    step_->addIncoming(builder_.getInt64(0), entry);
    Value* first_word = builder_.CreateMul(step_, builder_.getInt64(kStepWords), "first", true, true);
    auto* has_rows = builder_.CreateICmpULT(first_word, call_[kWords]);
    builder_.CreateCondBr(compared_.empty() ? builder_.getFalse() : has_rows, fill, filled);
    builder_.SetInsertPoint(fill);
    half_filled_ = half_of_scratch(step_);
    loop(kStepWords, "word", [&](Value* lane) { compare_word(first_word, lane); });
    for (const std::vector<std::uint32_t>& alike : looped_) compare_in_loop(alike, first_word);
    builder_.CreateBr(filled);
    builder_.SetInsertPoint(filled);
    builder_.CreateCondBr(builder_.CreateICmpUGT(step_, builder_.getInt64(0)), count, next);
    builder_.SetInsertPoint(count);
    behind_ = builder_.CreateSub(step_, builder_.getInt64(1), "behind", true, true);
    counted_ = half_of_scratch(behind_);
    for (const Instruction& instruction : program_) emit(instruction);
    count_in_loop(counted_, counted_compared_);
    count_in_loop(aside_, counted_aside_);
    builder_.CreateBr(next);
    builder_.SetInsertPoint(next);
    step_->addIncoming(builder_.CreateAdd(step_, builder_.getInt64(1), "", true, true), next);
    builder_.CreateCondBr(has_rows, turn, done);
    builder_.SetInsertPoint(done);
    builder_.CreateRetVoid();
  }

  // ---- rows to words: 64 rows of every column

  void compare_word(Value* first_word, Value* lane) {
    Value* index = builder_.CreateAdd(first_word, lane, "word", true, true);
    if (ahead_ == Ahead::asks_for_widest) prefetch_widest(index);
    Value* filled = builder_.CreateInBoundsGEP(word_, half_filled_, lane);
    for (const auto& [column, instructions] : written_out_) compare_column(instructions, index, filled);
  }

  // Where a column's word begins, and the part-th vector of it.
  Value* word_of_column(const Instruction& any, Value* index) {
    Value* bytes = builder_.CreateMul(index, builder_.getInt64(kWordBits * width_bytes(any.physical)), "", true, true);
    return builder_.CreateInBoundsGEP(builder_.getInt8Ty(), array_of(kValues, any.a), bytes);
  }
  Value* load_rows(const Instruction& any, Value* place, unsigned part) {
    auto* type = llvm::FixedVectorType::get(row_type(any.physical), vector_rows(any.physical));
    Value* from = builder_.CreateConstInBoundsGEP1_64(builder_.getInt8Ty(), place, part * kVectorBytes);
    return builder_.CreateAlignedLoad(type, from, llvm::Align(width_bytes(any.physical)));
  }
  static unsigned parts_of(std::uint32_t physical) { return kWordBits / vector_rows(physical); }

  // `filled`: where the word of the first comparison goes.
  void compare_column(const std::vector<std::uint32_t>& instructions, Value* index, Value* filled) {
    const Instruction& any = program_[instructions.front()];
    Value* place = word_of_column(any, index);
    for (unsigned part = 0; part < parts_of(any.physical); ++part) {
      Value* rows = load_rows(any, place, part);
      for (const std::uint32_t id : instructions) {
        const auto with = broadcasts_.find({program_[id].b, program_[id].physical});
        Value* holds = compare_rows(program_[id], rows, with == broadcasts_.end() ? nullptr : with->second);
        store_bits(holds, step_of(filled, compared_.at(id)), part, vector_rows(any.physical));
      }
    }
  }

  // A comparison after the other, each of all words of the step: a step's rows stay in the nearest cache, the words of
  // so many comparisons do not.
  void compare_in_loop(const std::vector<std::uint32_t>& alike, Value* first_word) {
    const Instruction& any = program_[alike.front()];
    std::vector<std::uint32_t> arguments;
    for (const std::uint32_t id : alike) arguments.push_back(program_[id].b);
    auto* listed_arguments = table(arguments);
    Value* first = step_of(half_filled_, compared_.at(alike.front()));
    loop(alike.size(), "compare", [&](Value* k) {
      Value* argument = builder_.CreateInBoundsGEP(word_, call_[kArguments], listed(listed_arguments, k));
      Value* with = in_every_row(builder_.CreateLoad(word_, argument), any.physical);
      Value* words = builder_.CreateInBoundsGEP(words_, first, k);
      loop(kStepWords, "word", [&](Value* lane) {
        Value* place = word_of_column(any, builder_.CreateAdd(first_word, lane, "", true, true));
        Value* filled = builder_.CreateInBoundsGEP(word_, words, lane);
        for (unsigned part = 0; part < parts_of(any.physical); ++part)
          store_bits(compare_rows(any, load_rows(any, place, part), with), filled, part, vector_rows(any.physical));
      });
    });
  }

  // As many steps' words further.
  Value* step_of(Value* words, std::uint64_t place) {
    return builder_.CreateConstInBoundsGEP1_64(words_, words, place);
  }

  // The bits of `rows` rows, the part-th of a word.
  void store_bits(Value* holds, Value* word, unsigned part, unsigned rows) {
    Value* place = builder_.CreateConstInBoundsGEP1_64(builder_.getInt8Ty(), word, part * rows / 8);
    builder_.CreateAlignedStore(builder_.CreateBitCast(holds, builder_.getIntNTy(rows)), place, llvm::Align(rows / 8));
  }

  // ---- asking for what comes. Of the widest columns alone: they are most of what is read, the processor follows the
  // others by itself, and asked for all of them it falls behind with all.

  void prefetch_widest(Value* index) {
    unsigned widest = 0;
    for (const auto& [column, instructions] : columns_)
      widest = std::max(widest, width_bytes(program_[instructions.front()].physical));
    for (const auto& [column, instructions] : columns_) {
      if (width_bytes(program_[instructions.front()].physical) != widest) continue;
      Value* place = word_of_column(program_[instructions.front()], index);
      for (unsigned line = 0; line < widest; ++line) prefetch(place, kPrefetchBytes + line * kCacheLineBytes);
    }
  }

  // Steps take turns in the two halves of the scratch. Found once for all comparisons of a step.
  Value* half_of_scratch(Value* step) {
    Value* half = builder_.CreateAnd(step, builder_.getInt64(kScratchSteps - 1));
    Value* first = builder_.CreateMul(half, builder_.getInt64(compared_.size()), "", true, true);
    return builder_.CreateInBoundsGEP(words_, scratch_, first);
  }

  void prefetch(Value* place, std::uint64_t bytes_ahead) {
    Value* ahead = builder_.CreateConstGEP1_64(builder_.getInt8Ty(), place, bytes_ahead);
    constexpr unsigned kRead = 0, kKeepClose = 3, kData = 1;
    builder_.CreateIntrinsic(
        llvm::Intrinsic::prefetch, {pointer_},
        {ahead, builder_.getInt32(kRead), builder_.getInt32(kKeepClose), builder_.getInt32(kData)});
  }

  Value* compare_rows(const Instruction& instruction, Value* rows, Value* with) {
    const bool natural = is_unsigned(instruction.physical);
    switch (instruction.code) {
      case PROOFMARK_AT_MOST:
        return natural ? builder_.CreateICmpULE(rows, with) : builder_.CreateICmpSLE(rows, with);
      case PROOFMARK_AT_LEAST:
        return natural ? builder_.CreateICmpUGE(rows, with) : builder_.CreateICmpSGE(rows, with);
      case PROOFMARK_EQUAL:
        return builder_.CreateICmpEQ(rows, with);
      case PROOFMARK_REAL_LESS:
        return builder_.CreateFCmpOLT(rows, with);
      case PROOFMARK_REAL_AT_MOST:
        return builder_.CreateFCmpOLE(rows, with);
      case PROOFMARK_REAL_GREATER:
        return builder_.CreateFCmpOGT(rows, with);
      case PROOFMARK_REAL_AT_LEAST:
        return builder_.CreateFCmpOGE(rows, with);
      case PROOFMARK_REAL_EQUAL:
        return builder_.CreateFCmpOEQ(rows, with);
      default:
        return builder_.CreateFCmpORD(rows, rows);  // PROOFMARK_NUMBER
    }
  }

  // ---- words to counts: the eight words of a step

  void emit(const Instruction& instruction) {
    const auto mask = [&](std::uint32_t id) { return mask_of(id); };
    Value* made = nullptr;
    switch (instruction.code) {
      case PROOFMARK_ALL:
        made = llvm::Constant::getAllOnesValue(words_);
        break;
      case PROOFMARK_NONE:
        made = llvm::Constant::getNullValue(words_);
        break;
      case PROOFMARK_INPUT:
        made = load_words(kInputs, instruction.a);
        break;
      case PROOFMARK_VALID:
        made = load_words(kValidity, instruction.a);
        break;
      case PROOFMARK_BITS:
        made = load_words(kValues, instruction.a);
        break;
      case PROOFMARK_AND:
        made = builder_.CreateAnd(mask(instruction.a), mask(instruction.b));
        break;
      case PROOFMARK_OR:
        made = builder_.CreateOr(mask(instruction.a), mask(instruction.b));
        break;
      case PROOFMARK_AND_NOT:
        made = builder_.CreateAnd(mask(instruction.a), builder_.CreateNot(mask(instruction.b)));
        break;
      case PROOFMARK_COUNT:
        count(instruction.a, instruction.b);
        break;
      case PROOFMARK_STORE:
        builder_.CreateAlignedStore(mask(instruction.a), words_address(kOutputs, instruction.b), word_alignment());
        break;
      default:  // a comparison: loaded where it is first wanted, if it is
        break;
    }
    masks_.push_back(made);
  }

  Value* mask_of(std::uint32_t id) {
    if (masks_[id] == nullptr) masks_[id] = load_step(step_of(counted_, compared_.at(id)));
    return masks_[id];
  }

  static llvm::Align word_alignment() { return llvm::Align(kWordBits / 8); }
  Value* words_address(CallMember member, std::uint32_t index) {
    const auto stride = strides_.find({member, index});
    Value* step = stride == strides_.end() ? behind_ : builder_.CreateMul(behind_, stride->second, "", true, true);
    return builder_.CreateInBoundsGEP(words_, array_of(member, index), step);
  }
  Value* load_words(CallMember member, std::uint32_t index) {
    return builder_.CreateAlignedLoad(words_, words_address(member, index), word_alignment());
  }

  Value* load_step(Value* place) { return builder_.CreateAlignedLoad(words_, place, llvm::Align(kVectorBytes)); }

  void count(std::uint32_t id, std::uint32_t counter) {
    if (counts_written_out_) return add_rows(mask_of(id), step_of(call_[kCounters], counter));
    if (compared_.contains(id)) return;
    builder_.CreateAlignedStore(mask_of(id), step_of(aside_, set_aside_++), llvm::Align(kVectorBytes));
  }
  void add_rows(Value* mask, Value* counter) {
    Value* rows = builder_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, mask);
    Value* before = builder_.CreateAlignedLoad(words_, counter, word_alignment());
    builder_.CreateAlignedStore(builder_.CreateAdd(before, rows), counter, word_alignment());
  }
  void count_in_loop(Value* masks, const Tally& tally) {
    if (tally.counters.empty()) return;
    auto *places = table(tally.places), *counters = table(tally.counters);
    loop(tally.counters.size(), "tally", [&](Value* k) {
      Value* mask = load_step(builder_.CreateInBoundsGEP(words_, masks, listed(places, k)));
      add_rows(mask, builder_.CreateInBoundsGEP(words_, call_[kCounters], listed(counters, k)));
    });
  }

  std::span<const Instruction> program_;
  Ahead ahead_;
  std::unique_ptr<llvm::Module> module_;
  llvm::IRBuilder<> builder_;
  llvm::PointerType* pointer_;
  llvm::IntegerType* word_;
  llvm::FixedVectorType* words_;  // of a step
  llvm::Function* function_ = nullptr;
  std::vector<Value*> call_;  // its members
  std::map<std::pair<CallMember, std::uint32_t>, Value*> arrays_;
  std::map<std::pair<CallMember, std::uint32_t>, Value*> strides_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Value*> broadcasts_;  // argument and physical type
  std::map<std::uint32_t, std::vector<std::uint32_t>> columns_;           // a column: the instructions that compare it
  std::map<std::uint32_t, std::vector<std::uint32_t>> written_out_;       // of them, those that are no loop
  std::vector<std::vector<std::uint32_t>> looped_;                        // the others, by column and code
  std::map<std::uint32_t, unsigned> compared_;  // an instruction that compares: its place in the scratch
  bool counts_written_out_ = true;
  Tally counted_compared_, counted_aside_;
  Value* scratch_ = nullptr;
  Value* aside_ = nullptr;     // its part for masks that are counted, and are no comparisons
  std::size_t set_aside_ = 0;  // so far
  llvm::PHINode* step_ = nullptr;
  Value* half_filled_ = nullptr;  // of the scratch, by this step
  Value* behind_ = nullptr;       // the step that is counted
  Value* counted_ = nullptr;      // its half of the scratch
  std::vector<Value*> masks_;     // an instruction
};

}  // namespace

std::unique_ptr<llvm::Module> emit_kernel(std::span<const Instruction> program, Ahead ahead,
                                          llvm::LLVMContext& context) {
  return KernelEmitter(program, ahead, context).emit();
}

}  // namespace proofmark::codegen
