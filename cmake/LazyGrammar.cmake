# What the generated lexer and parser build when the program starts, they shall build when the first of them is made:
# -DSOURCES=<file,file>, changed in place. Verifying the tables that the tool has just made is left out too.
string(REPLACE "," ";" sources "${SOURCES}")
foreach(source IN LISTS sources)
  file(READ ${source} text)
  string(REGEX REPLACE "\nProofmark[A-Za-z]+::Initializer Proofmark[A-Za-z]+::_init;" "\n" lazy "${text}")
  string(REPLACE "  _interpreter = new" "  static const Initializer tables;\n  _interpreter = new" lazy "${lazy}")
  string(REPLACE "  atn::ATNDeserializer deserializer"
    "  atn::ATNDeserializationOptions options;\n  options.setVerifyATN(false);\n  atn::ATNDeserializer deserializer(options)"
    lazy "${lazy}")
  if(lazy MATCHES "::_init" OR NOT lazy MATCHES "Initializer tables" OR NOT lazy MATCHES "deserializer.options")
    message(FATAL_ERROR "${source} is not as cmake/LazyGrammar.cmake expects it")
  endif()
  file(WRITE ${source} "${lazy}")
endforeach()
