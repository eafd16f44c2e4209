// A broken invariant ends the program by _Exit, which a fuzzer takes for a normal end and keeps no input of. Linked
// with --wrap=_Exit, it becomes a trap.
extern "C" [[noreturn]] void __wrap__Exit(int) {
  __builtin_trap();
}
