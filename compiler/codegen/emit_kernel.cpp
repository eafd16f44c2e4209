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
// The opposite direction, i64 to <64 x i1>, is never emitted: it would move a general register to a mask register, and
// with AVX-512 LLVM 19 does not come back from selecting it under logic. Arguments are broadcast before the loop.
#include "compiler/codegen/emit_kernel.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <map>
#include <optional>
#include <vector>

namespace proofmark::codegen {
namespace {

using llvm::Value;

constexpr unsigned kWordBits = 64;
constexpr unsigned kStepWords = PROOFMARK_STEP_WORDS;
constexpr unsigned kVectorBytes = 64;
constexpr unsigned kCacheLineBytes = 64;
constexpr unsigned kScratchSteps = 2;  // the step being filled, and the one before it
constexpr unsigned kMostInstructions = 1U << 14;
constexpr std::uint64_t kPrefetchBytes = 6144;  // how far ahead the widest columns are asked for

bool makes_mask(std::uint32_t code) {
  return code < PROOFMARK_COUNT;
}
bool reads_integers(std::uint32_t code) {
  return code >= PROOFMARK_AT_MOST && code <= PROOFMARK_EQUAL;
}
bool reads_doubles(std::uint32_t code) {
  return code >= PROOFMARK_REAL_LESS && code <= PROOFMARK_NUMBER;
}
bool compares(std::uint32_t code) {
  return reads_integers(code) || reads_doubles(code);
}
bool combines(std::uint32_t code) {
  return code >= PROOFMARK_AND && code <= PROOFMARK_AND_NOT;
}

unsigned width_bytes(std::uint32_t physical) {
  switch (physical) {
    case PROOFMARK_I8:
    case PROOFMARK_U8:
      return 1;
    case PROOFMARK_I16:
    case PROOFMARK_U16:
      return 2;
    case PROOFMARK_I32:
    case PROOFMARK_U32:
      return 4;
    default:
      return 8;
  }
}

bool is_unsigned(std::uint32_t physical) {
  return physical >= PROOFMARK_U8 && physical <= PROOFMARK_U32;
}

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
  kWords
};

class KernelEmitter {
 public:
  KernelEmitter(std::span<const Instruction> program, llvm::LLVMContext& context)
      : program_(program),
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
    scratch_ =
        builder_.CreateAlloca(words_, builder_.getInt64(kScratchSteps * std::max<std::size_t>(compared_.size(), 1)));
    emit_steps();
    return std::move(module_);
  }

 private:
  llvm::BasicBlock* block(const char* name) { return llvm::BasicBlock::Create(builder_.getContext(), name, function_); }

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
      if (code != PROOFMARK_NUMBER) broadcast(instruction);
      columns_[instruction.a].push_back(id);
      compared_.emplace(id, static_cast<unsigned>(compared_.size()));
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
    Value* argument = element(word_, call_[kArguments], instruction.b);
    argument = instruction.physical == PROOFMARK_F64 ? builder_.CreateBitCast(argument, builder_.getDoubleTy())
                                                     : builder_.CreateTrunc(argument, row_type(instruction.physical));
    vector = builder_.CreateVectorSplat(vector_rows(instruction.physical), argument);
  }

  // ---- the loop: step i is compared while step i - 1 is counted; one turn more than there are steps

  void emit_steps() {
    auto* entry = builder_.GetInsertBlock();
    auto *turn = block("turn"), *fill = block("fill"), *word = block("word"), *filled = block("filled"),
         *count = block("count"), *next = block("next"), *done = block("done");
    builder_.CreateBr(turn);
    builder_.SetInsertPoint(turn);
    step_ = builder_.CreatePHI(word_, 2, "step");
    step_->addIncoming(builder_.getInt64(0), entry);
    Value* first_word = builder_.CreateMul(step_, builder_.getInt64(kStepWords), "first", true, true);
    auto* has_rows = builder_.CreateICmpULT(first_word, call_[kWords]);
    builder_.CreateCondBr(compared_.empty() ? builder_.getFalse() : has_rows, fill, filled);
    builder_.SetInsertPoint(fill);
    builder_.CreateBr(word);
    emit_word(fill, word, filled, first_word);
    builder_.SetInsertPoint(filled);
    builder_.CreateCondBr(builder_.CreateICmpUGT(step_, builder_.getInt64(0)), count, next);
    builder_.SetInsertPoint(count);
    behind_ = builder_.CreateSub(step_, builder_.getInt64(1), "behind", true, true);
    for (const Instruction& instruction : program_) emit(instruction);
    builder_.CreateBr(next);
    builder_.SetInsertPoint(next);
    step_->addIncoming(builder_.CreateAdd(step_, builder_.getInt64(1), "", true, true), next);
    builder_.CreateCondBr(has_rows, turn, done);
    builder_.SetInsertPoint(done);
    builder_.CreateRetVoid();
  }

  // ---- rows to words: 64 rows of every column

  void emit_word(llvm::BasicBlock* before, llvm::BasicBlock* word, llvm::BasicBlock* after, Value* first_word) {
    builder_.SetInsertPoint(word);
    auto* lane = builder_.CreatePHI(word_, 2, "lane");
    lane->addIncoming(builder_.getInt64(0), before);
    Value* index = builder_.CreateAdd(first_word, lane, "word", true, true);
    prefetch_widest(index);
    for (const auto& [column, instructions] : columns_) compare_column(instructions, index, lane);
    auto* following = builder_.CreateAdd(lane, builder_.getInt64(1), "", true, true);
    lane->addIncoming(following, word);
    builder_.CreateCondBr(builder_.CreateICmpULT(following, builder_.getInt64(kStepWords)), word, after);
  }

  void compare_column(const std::vector<std::uint32_t>& instructions, Value* index, Value* lane) {
    const Instruction& any = program_[instructions.front()];
    const unsigned width = width_bytes(any.physical), rows = vector_rows(any.physical);
    Value* bytes = builder_.CreateMul(index, builder_.getInt64(kWordBits * width), "", true, true);
    Value* place = builder_.CreateInBoundsGEP(builder_.getInt8Ty(), array_of(kValues, any.a), bytes);
    auto* type = llvm::FixedVectorType::get(row_type(any.physical), rows);
    for (unsigned part = 0; part < kWordBits / rows; ++part) {
      Value* from = builder_.CreateConstInBoundsGEP1_64(builder_.getInt8Ty(), place, part * kVectorBytes);
      Value* values = builder_.CreateAlignedLoad(type, from, llvm::Align(width));
      for (const std::uint32_t id : instructions) store_bits(id, compare_rows(program_[id], values), lane, part, rows);
    }
  }

  // The bits of `rows` rows, the part-th of a word, at their place in the scratch.
  void store_bits(std::uint32_t id, Value* holds, Value* lane, unsigned part, unsigned rows) {
    Value* word = builder_.CreateInBoundsGEP(word_, scratch_of(id, step_), lane);
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
      Value* bytes = builder_.CreateMul(index, builder_.getInt64(kWordBits * widest), "", true, true);
      Value* place = builder_.CreateInBoundsGEP(builder_.getInt8Ty(), array_of(kValues, column), bytes);
      for (unsigned line = 0; line < widest; ++line) prefetch(place, kPrefetchBytes + line * kCacheLineBytes);
    }
  }

  // Steps take turns in the two halves of the scratch.
  Value* scratch_of(std::uint32_t id, Value* step) {
    Value* half = builder_.CreateAnd(step, builder_.getInt64(kScratchSteps - 1));
    Value* place = builder_.CreateAdd(builder_.CreateMul(half, builder_.getInt64(compared_.size()), "", true, true),
                                      builder_.getInt64(compared_.at(id)), "", true, true);
    return builder_.CreateInBoundsGEP(words_, scratch_, place);
  }

  void prefetch(Value* place, std::uint64_t bytes_ahead) {
    Value* ahead = builder_.CreateConstGEP1_64(builder_.getInt8Ty(), place, bytes_ahead);
    constexpr unsigned kRead = 0, kKeepClose = 3, kData = 1;
    builder_.CreateIntrinsic(
        llvm::Intrinsic::prefetch, {pointer_},
        {ahead, builder_.getInt32(kRead), builder_.getInt32(kKeepClose), builder_.getInt32(kData)});
  }

  Value* compare_rows(const Instruction& instruction, Value* rows) {
    const auto argument = broadcasts_.find({instruction.b, instruction.physical});
    Value* with = argument == broadcasts_.end() ? nullptr : argument->second;
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
    const auto mask = [&](std::uint32_t id) { return masks_[id]; };
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
        count(mask(instruction.a), instruction.b);
        break;
      case PROOFMARK_STORE:
        builder_.CreateAlignedStore(mask(instruction.a), words_address(kOutputs, instruction.b), word_alignment());
        break;
      default:
        made = builder_.CreateAlignedLoad(words_, scratch_of(static_cast<std::uint32_t>(masks_.size()), behind_),
                                          llvm::Align(kVectorBytes));
        break;
    }
    masks_.push_back(made);
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

  void count(Value* mask, std::uint32_t counter) {
    Value* rows = builder_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, mask);
    Value* place = builder_.CreateConstInBoundsGEP1_64(words_, call_[kCounters], counter);
    Value* before = builder_.CreateAlignedLoad(words_, place, word_alignment());
    builder_.CreateAlignedStore(builder_.CreateAdd(before, rows), place, word_alignment());
  }

  std::span<const Instruction> program_;
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
  std::map<std::uint32_t, unsigned> compared_;  // such an instruction: its place in the scratch
  Value* scratch_ = nullptr;
  llvm::PHINode* step_ = nullptr;
  Value* behind_ = nullptr;    // the step that is counted
  std::vector<Value*> masks_;  // an instruction
};

// A column is read as one physical type throughout.
bool consistent(std::span<const Instruction> program) {
  std::map<std::uint32_t, std::uint32_t> physical;
  for (const Instruction& instruction : program) {
    if (!compares(instruction.code)) continue;
    const auto [entry, fresh] = physical.try_emplace(instruction.a, instruction.physical);
    if (!fresh && entry->second != instruction.physical) return false;
  }
  return true;
}

}  // namespace

std::string defect_of(std::span<const Instruction> program) {
  if (program.empty() || program.size() > kMostInstructions)
    return "a program of " + std::to_string(program.size()) + " instructions";
  for (std::size_t i = 0; i < program.size(); ++i) {
    const Instruction& instruction = program[i];
    const auto is_mask = [&](std::uint32_t id) { return id < i && makes_mask(program[id].code); };
    const bool consumes = instruction.code == PROOFMARK_COUNT || instruction.code == PROOFMARK_STORE;
    const bool sound = instruction.code <= PROOFMARK_STORE && (!consumes || is_mask(instruction.a)) &&
                       (!combines(instruction.code) || (is_mask(instruction.a) && is_mask(instruction.b))) &&
                       (!reads_integers(instruction.code) || instruction.physical < PROOFMARK_F64) &&
                       (!reads_doubles(instruction.code) || instruction.physical == PROOFMARK_F64);
    if (!sound) return "instruction " + std::to_string(i) + " breaks the rules of kernel programs";
  }
  return consistent(program) ? "" : "a column is read with two widths";
}

std::unique_ptr<llvm::Module> emit_kernel(std::span<const Instruction> program, llvm::LLVMContext& context) {
  return KernelEmitter(program, context).emit();
}

}  // namespace proofmark::codegen
