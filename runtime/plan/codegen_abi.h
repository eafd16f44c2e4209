// The C interface between the engine and the code generator's plugin (proofmark_codegen.so): a kernel program goes in,
// an object file or its text comes out. Plain C, so that nothing of LLVM, and no C++ type, crosses it.
//
// A kernel program is the counting part of one scan, already bound to columns of known width. It works on words of 64
// rows, eight of them (PROOFMARK_STEP_WORDS) a step; every instruction but the last two kinds makes one mask (bit i of
// a word: its row i), named by the instruction's place in the program. Nothing that varies from one release to the next
// is in it: codes, thresholds and times are arguments of the compiled function, so the program's bytes are the shape of
// the scan and key compiled objects.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PROOFMARK_CODEGEN_ABI 5u
#define PROOFMARK_CODEGEN_LIBRARY "proofmark_codegen.so"
#define PROOFMARK_KERNEL_SYMBOL "proofmark_kernel"
#define PROOFMARK_STEP_WORDS 8u
#define PROOFMARK_COUNTER_LANES 8u
// Comparisons of one column by one code, and counts, of which there are more, are a loop and not written out: however
// many they are, their code is generated in the same time.
#define PROOFMARK_MOST_WRITTEN_OUT 128u

// How a column's values lie in memory; the numbers are snapshot::Physical's.
enum proofmark_physical {
  PROOFMARK_I8,
  PROOFMARK_I16,
  PROOFMARK_I32,
  PROOFMARK_I64,
  PROOFMARK_U8,
  PROOFMARK_U16,
  PROOFMARK_U32,
  PROOFMARK_F64
};

enum proofmark_kernel_code {
  PROOFMARK_ALL,        // every row
  PROOFMARK_NONE,       // no row
  PROOFMARK_INPUT,      // words of inputs[a]
  PROOFMARK_VALID,      // words of validity[a]
  PROOFMARK_BITS,       // words of values[a], a boolean column
  PROOFMARK_AT_MOST,    // value of column a <= arguments[b]; the argument is truncated to the column's width
  PROOFMARK_AT_LEAST,   // value of column a >= arguments[b]
  PROOFMARK_EQUAL,      // value of column a == arguments[b]
  PROOFMARK_REAL_LESS,  // double of column a < arguments[b], whose 64 bits are a double's; NaN compares false
  PROOFMARK_REAL_AT_MOST,
  PROOFMARK_REAL_GREATER,
  PROOFMARK_REAL_AT_LEAST,
  PROOFMARK_REAL_EQUAL,
  PROOFMARK_NUMBER,   // double of column a is not NaN
  PROOFMARK_AND,      // masks a and b
  PROOFMARK_OR,       // masks a or b
  PROOFMARK_AND_NOT,  // mask a without mask b
  PROOFMARK_COUNT,    // counters[lanes b] += rows of mask a, in eight lanes whose sum alone means something
  PROOFMARK_STORE     // outputs[b] = words of mask a
};

struct proofmark_kernel_instruction {
  uint32_t code;      // proofmark_kernel_code
  uint32_t physical;  // of column a, where a column is compared; else 0
  uint32_t a, b;      // unused ones are 0
};

// What the compiled function is called with. Every array is indexed as the program says.
struct proofmark_kernel_call {
  const void* const* values;        // a column: its value of the first row; 64 * words values may be read
  const uint64_t* const* validity;  // a column: `words` words, for columns that a program reads VALID of
  const int64_t* arguments;
  const uint64_t* const* inputs;  // `words` words each
  // A column and an input: 1, or 0 where the words of one step stand for those of every step.
  const uint64_t *validity_strides, *input_strides;
  uint64_t* const* outputs;  // `words` words each
  uint64_t* counters;        // PROOFMARK_COUNTER_LANES a counter, added to
  uint64_t* scratch;         // aligned to 64 bytes: PROOFMARK_STEP_WORDS words a COUNT, twice as many a comparison
  uint64_t words;            // a multiple of PROOFMARK_STEP_WORDS, at least one step
};
typedef void (*proofmark_kernel)(const struct proofmark_kernel_call* call);

enum proofmark_codegen_output { PROOFMARK_OBJECT, PROOFMARK_LLVM_IR, PROOFMARK_ASSEMBLY };

struct proofmark_codegen_request {
  uint32_t output;  // proofmark_codegen_output
  uint32_t level;   // LLVM's code generation effort, 0 to 3
  const char* cpu;  // "host" or an LLVM processor name ("x86-64-v4")
  const struct proofmark_kernel_instruction* program;
  uint32_t program_length;
};

// Receives bytes; called any number of times.
typedef void (*proofmark_codegen_sink)(void* context, const char* bytes, size_t count);

// Compiles. Returns 0 after handing the whole output to `output`; otherwise hands a sentence that says why not to
// `problem`. Throws nothing, keeps nothing, may be called from several threads at once.
typedef int (*proofmark_codegen_compile_function)(const struct proofmark_codegen_request* request,
                                                  proofmark_codegen_sink output, void* output_context,
                                                  proofmark_codegen_sink problem, void* problem_context);
#define PROOFMARK_CODEGEN_COMPILE_SYMBOL "proofmark_codegen_compile"

// Compiles and links in this process. Returns 0 and sets `kernel`, which stays callable until `session` is released;
// otherwise as above. The request's output is ignored.
typedef int (*proofmark_codegen_jit_function)(const struct proofmark_codegen_request* request, proofmark_kernel* kernel,
                                              void** session, proofmark_codegen_sink problem, void* problem_context);
#define PROOFMARK_CODEGEN_JIT_SYMBOL "proofmark_codegen_jit"
typedef void (*proofmark_codegen_release_function)(void* session);
#define PROOFMARK_CODEGEN_RELEASE_SYMBOL "proofmark_codegen_release"

// The version of this interface that the plugin was built with; anything else than PROOFMARK_CODEGEN_ABI is refused.
typedef uint32_t (*proofmark_codegen_abi_function)(void);
#define PROOFMARK_CODEGEN_ABI_SYMBOL "proofmark_codegen_abi"

#ifdef __cplusplus
}
#endif
