// Explicit mask IR: the loop makes 64 rows a step, every mask is an i64, logic happens on i64 and counting is popcount.
//
// The shape is chosen so that instruction selection alone gives good code and no optimiser has to run. A column's 64
// rows are loaded once a step as one vector (the target splits it into registers); a comparison gives <64 x i1>, which
// a bitcast makes the mask. The opposite direction, i64 to <64 x i1>, is never emitted: it would move a general
// register to a mask register, and with AVX-512 LLVM 19 does not come back from selecting it under logic. Arguments are
// broadcast before the loop.
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

constexpr unsigned kRowsPerStep = 64;
constexpr unsigned kCacheLineBytes = 64;
constexpr unsigned kMostInstructions = 1U << 14;
constexpr std::uint64_t kPrefetchBytes = 6 * 1024;  // how far ahead of the step wide columns are asked for
constexpr unsigned kPrefetchedWidthBytes = 4;       // narrower columns the hardware follows well enough

bool makes_mask(std::uint32_t code) {
  return code < PROOFMARK_COUNT;
}
bool reads_integers(std::uint32_t code) {
  return code >= PROOFMARK_AT_MOST && code <= PROOFMARK_EQUAL;
}
bool reads_doubles(std::uint32_t code) {
  return code >= PROOFMARK_REAL_LESS && code <= PROOFMARK_NUMBER;
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
enum CallMember : unsigned { kValues, kValidity, kArguments, kInputs, kOutputs, kCounters, kWords };

class KernelEmitter {
 public:
  KernelEmitter(std::span<const Instruction> program, llvm::LLVMContext& context)
      : program_(program),
        module_(std::make_unique<llvm::Module>("proofmark", context)),
        builder_(context),
        pointer_(builder_.getPtrTy()),
        word_(builder_.getInt64Ty()) {}

  std::unique_ptr<llvm::Module> emit() {
    auto* type = llvm::FunctionType::get(builder_.getVoidTy(), {pointer_}, false);
    function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, PROOFMARK_KERNEL_SYMBOL, *module_);
    function_->addFnAttr(llvm::Attribute::NoUnwind);
    function_->addFnAttr("prefer-vector-width", "512");
    function_->addFnAttr("min-legal-vector-width", "512");
    function_->getArg(0)->setName("call");
    auto& context = builder_.getContext();
    entry_ = llvm::BasicBlock::Create(context, "entry", function_);
    auto* step = llvm::BasicBlock::Create(context, "step", function_);
    auto* done = llvm::BasicBlock::Create(context, "done", function_);
    builder_.SetInsertPoint(entry_);
    load_call();
    load_operands();
    builder_.CreateBr(step);
    emit_step(step, done);
    emit_done(done);
    return std::move(module_);
  }

 private:
  // ---- before the loop

  Value* element(llvm::Type* type, Value* array, std::uint64_t index) {
    return builder_.CreateLoad(type, builder_.CreateConstInBoundsGEP1_64(type, array, index));
  }

  void load_call() {
    auto* call = llvm::StructType::get(pointer_, pointer_, pointer_, pointer_, pointer_, pointer_, word_);
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
    for (const Instruction& instruction : program_) {
      const std::uint32_t code = instruction.code;
      if (code == PROOFMARK_INPUT) array_of(kInputs, instruction.a);
      if (code == PROOFMARK_VALID) array_of(kValidity, instruction.a);
      if (code == PROOFMARK_STORE) array_of(kOutputs, instruction.b);
      if (code == PROOFMARK_BITS || reads_integers(code) || reads_doubles(code)) array_of(kValues, instruction.a);
      if (reads_integers(code) || (reads_doubles(code) && code != PROOFMARK_NUMBER)) broadcast(instruction);
    }
  }

  llvm::Type* row_type(std::uint32_t physical) {
    if (physical == PROOFMARK_F64) return builder_.getDoubleTy();
    return builder_.getIntNTy(width_bytes(physical) * 8);
  }

  void broadcast(const Instruction& instruction) {
    Value*& vector = broadcasts_[{instruction.b, instruction.physical}];
    if (vector != nullptr) return;
    Value* argument = element(word_, call_[kArguments], instruction.b);
    argument = instruction.physical == PROOFMARK_F64 ? builder_.CreateBitCast(argument, builder_.getDoubleTy())
                                                     : builder_.CreateTrunc(argument, row_type(instruction.physical));
    vector = builder_.CreateVectorSplat(kRowsPerStep, argument);
  }

  // ---- one step of 64 rows

  void emit_step(llvm::BasicBlock* step, llvm::BasicBlock* done) {
    builder_.SetInsertPoint(step);
    index_ = builder_.CreatePHI(word_, 2, "step");
    index_->addIncoming(builder_.getInt64(0), entry_);
    for (const Instruction& instruction : program_) {
      if (instruction.code != PROOFMARK_COUNT) continue;
      auto* counter = builder_.CreatePHI(word_, 2);
      counter->addIncoming(builder_.getInt64(0), entry_);
      counters_.push_back(counter);
    }
    for (const Instruction& instruction : program_) emit(instruction);
    auto* next = builder_.CreateAdd(index_, builder_.getInt64(1), "next", true, true);
    index_->addIncoming(next, step);
    for (std::size_t i = 0; i < counters_.size(); ++i) counters_[i]->addIncoming(counted_[i], step);
    builder_.CreateCondBr(builder_.CreateICmpULT(next, call_[kWords]), step, done);
  }

  void emit(const Instruction& instruction) {
    const auto mask = [&](std::uint32_t id) { return masks_[id]; };
    Value* made = nullptr;
    switch (instruction.code) {
      case PROOFMARK_ALL:
        made = builder_.getInt64(~std::uint64_t{0});
        break;
      case PROOFMARK_NONE:
        made = builder_.getInt64(0);
        break;
      case PROOFMARK_INPUT:
        made = load_word(kInputs, instruction.a);
        break;
      case PROOFMARK_VALID:
        made = load_word(kValidity, instruction.a);
        break;
      case PROOFMARK_BITS:
        made = load_word(kValues, instruction.a);
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
        count(mask(instruction.a));
        break;
      case PROOFMARK_STORE:
        builder_.CreateStore(mask(instruction.a), word_address(kOutputs, instruction.b));
        break;
      default:
        made = compare(instruction);
        break;
    }
    masks_.push_back(made);
  }

  Value* word_address(CallMember member, std::uint32_t index) {
    return builder_.CreateInBoundsGEP(word_, array_of(member, index), index_);
  }
  Value* load_word(CallMember member, std::uint32_t index) {
    return builder_.CreateLoad(word_, word_address(member, index));
  }

  void count(Value* mask) {
    Value* rows = builder_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, mask);
    counted_.push_back(builder_.CreateAdd(counters_[counted_.size()], rows));
  }

  // The column's 64 rows, loaded once a step.
  Value* rows_of(const Instruction& instruction) {
    Value*& rows = rows_[instruction.a];
    if (rows != nullptr) return rows;
    llvm::Type* row = row_type(instruction.physical);
    const unsigned width = width_bytes(instruction.physical);
    Value* first = builder_.CreateMul(index_, builder_.getInt64(kRowsPerStep), "row", true, true);
    Value* place = builder_.CreateInBoundsGEP(row, array_of(kValues, instruction.a), first);
    for (unsigned line = 0; width >= kPrefetchedWidthBytes && line < kRowsPerStep * width; line += kCacheLineBytes)
      prefetch(place, kPrefetchBytes + line);
    auto* type = llvm::FixedVectorType::get(row, kRowsPerStep);
    rows = builder_.CreateAlignedLoad(type, place, llvm::Align(width));
    return rows;
  }

  void prefetch(Value* place, std::uint64_t bytes_ahead) {
    Value* ahead = builder_.CreateConstGEP1_64(builder_.getInt8Ty(), place, bytes_ahead);
    constexpr unsigned kRead = 0, kKeepClose = 3, kData = 1;
    builder_.CreateIntrinsic(
        llvm::Intrinsic::prefetch, {pointer_},
        {ahead, builder_.getInt32(kRead), builder_.getInt32(kKeepClose), builder_.getInt32(kData)});
  }

  Value* compare(const Instruction& instruction) {
    return builder_.CreateBitCast(compare_rows(instruction, rows_of(instruction)), word_);
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

  // ---- after the loop

  void emit_done(llvm::BasicBlock* done) {
    builder_.SetInsertPoint(done);
    std::size_t next = 0;
    for (const Instruction& instruction : program_) {
      if (instruction.code != PROOFMARK_COUNT) continue;
      Value* place = builder_.CreateConstInBoundsGEP1_64(word_, call_[kCounters], instruction.b);
      builder_.CreateStore(builder_.CreateAdd(builder_.CreateLoad(word_, place), counted_[next++]), place);
    }
    builder_.CreateRetVoid();
  }

  std::span<const Instruction> program_;
  std::unique_ptr<llvm::Module> module_;
  llvm::IRBuilder<> builder_;
  llvm::PointerType* pointer_;
  llvm::IntegerType* word_;
  llvm::Function* function_ = nullptr;
  llvm::BasicBlock* entry_ = nullptr;
  std::vector<Value*> call_;  // its members
  std::map<std::pair<CallMember, std::uint32_t>, Value*> arrays_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Value*> broadcasts_;  // argument and physical type
  std::map<std::uint32_t, Value*> rows_;                                  // a column
  llvm::PHINode* index_ = nullptr;
  std::vector<Value*> masks_;             // an instruction
  std::vector<llvm::PHINode*> counters_;  // a COUNT, in program order
  std::vector<Value*> counted_;
};

// A column is read as one physical type throughout.
bool consistent(std::span<const Instruction> program) {
  std::map<std::uint32_t, std::uint32_t> physical;
  for (const Instruction& instruction : program) {
    if (!reads_integers(instruction.code) && !reads_doubles(instruction.code)) continue;
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
