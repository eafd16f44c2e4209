// The grammar of a Proofmark policy file, edition 2026.
//
// It describes what is well formed and nothing else: no actions, no predicates. Newlines mean nothing. Only
// `let policy and or not in where` are reserved; every other keyword is contextual and may be a name (rule `name`).
// Operators are layered, one rule a level of precedence, so that a chain of a thousand terms is a flat list and
// the parser's stack grows with brackets only. A few rules accept what is *not* well formed, because the reader can
// then be told better what to write: `=` as a comparison, a chain of comparisons, a bare date, and the first word
// of a statement that a later edition will have. The compiler's syntax room reports each of them.
grammar Proofmark;

// ---------------------------------------------------------------- a file

file          : fileItem* EOF ;
fileItem      : edition | policy | test | laterInFile ;
edition       : 'edition' NUMBER ;
policy        : 'policy' name laterHeader? '{' policyBody '}' ;
policyBody    : policyItem* ;
policyItem
  : title | revision | owner | runbook | confidence | letItem | param | subject | telemetry | looks | over | sli
  | split | model | objective | decide | laterInPolicy
  ;

title         : 'title' STRING ;
revision      : 'revision' NUMBER ;
owner         : 'owner' STRING ;
runbook       : 'runbook' STRING ;
confidence    : 'confidence' quantity ;
letItem       : 'let' name '=' expr ;
param         : 'param' name (',' name)* ':' typeName ;
typeName      : name ;
sli           : 'sli' name '=' expr ;

subject       : 'subject' '{' subjectBody '}' ;
subjectBody   : subjectEntry* ;
subjectEntry  : name subjectValue ;
subjectValue  : STRING | NUMBER | name ('.' name)* ;

// ---------------------------------------------------------------- telemetry

telemetry     : 'telemetry' name ':' streamKind '{' telemetryBody '}' ;
streamKind    : name ;
telemetryBody : telemetryPart* ;
telemetryPart : sampling | expectRate | expectEvery | sumCheck | field ;
field         : name (':' typeName | source | unitOrSet) fieldTail* ;
fieldTail     : source | unitOrSet | 'optional' | timeout | cumulative | buckets ;
cumulative    : 'cumulative' ('from' NUMBER)? ;
buckets       : 'buckets' '{' quantity (',' quantity)* ','? '}' ;
timeout       : 'timeout' quantity ;
source        : 'from' STRING ;
unitOrSet     : 'in' (unitName | '{' declaredValue (',' declaredValue)* ','? '}') ;
unitName      : name ;
declaredValue : STRING ;
sampling      : 'sampling' samplingMode NUMBER? ('weighted'? 'by' name)? ;
samplingMode  : name ;
expectRate    : 'expect' 'at' 'least' NUMBER '/' unitName ;
expectEvery   : 'expect' 'every' name ;
sumCheck      : 'check' name ('+' name)* '=' name ('+' name)* ;

// ---------------------------------------------------------------- objectives

looks         : 'looks' looksKind ;
looksKind     : 'once' | 'unlimited' | 'at' 'most' quantity | 'every' quantity 'for' quantity ;
over          : 'over' ('since' quantity | 'at' 'least' quantity | 'last' quantity | quantity) ;

split         : 'expect' 'split' splitParts '=' splitParts ;
splitParts    : quantity (':' quantity)+ ;

objective     : 'objective' name STRING? '{' objectiveBody '}' ;
objectiveBody : objectiveClause* ;
objectiveClause
  : require | confidence | over | rows | forEach | unknownCounts | onNoData | looks | clustered | blocks
  | assume | method | stratified | laterInObjective
  ;
require       : 'require' (family | expr) ;
family        : (('all' | 'any') 'of' | 'at' 'least' quantity 'of') '(' expr (',' expr)* ','? ')' ;
rows          : 'at' 'least' quantity 'rows' 'each'? ;
forEach       : 'for' 'each' name (',' name)* ;
unknownCounts : 'unknown' 'counts' 'as' name ('because' STRING)? ;
onNoData      : ('on' 'no_data' | 'on_no_data') name ;
clustered     : 'clustered' 'by' name ('design' 'effect' quantity)? ;
blocks        : 'blocks' 'of' quantity ('design' 'effect' quantity)? ;
assume        : 'assume' name ('because' STRING)? ;
method        : 'method' name ;
stratified    : 'stratified' 'by' name ;

// ---------------------------------------------------------------- models

model         : 'model' name '{' modelBody '}' ;
modelBody     : modelPart* ;
modelPart     : modelSeed | modelTrials | modelDraw | letItem ;
modelSeed     : 'seed' quantity ;
modelTrials   : 'trials' quantity ;
modelDraw     : 'draw' name ('[' quantity ']')? '~' distribution ('as' unitName)? ;

// ---------------------------------------------------------------- decide

decide        : 'decide' '{' decideBody '}' ;
decideBody    : decideRule* ;
decideRule    : decision ('for' quantity)? ('when' condition | 'otherwise') ;
decision      : 'certify' | 'hold' | 'deny' | 'revoke' ;

condition     : conditionAnd ('or' conditionAnd)* ;
conditionAnd  : conditionNot ('and' conditionNot)* ;
conditionNot  : 'not' conditionNot | conditionAtom ;
conditionAtom
  : '(' condition ')'
  | otherCondition
  | quantified
  | namedCondition
  ;
quantified
  : ('all' ('objectives' | objectiveList) | ('any' | 'no') ('objective' | objectiveList) | 'none' objectiveList
    | 'at' 'least' quantity objectiveList) state
  ;
objectiveList  : 'of' '(' name (',' name)* ','? ')' ;
namedCondition : name state | 'objective' name state ;
otherCondition : ('any' | 'all' | 'no')? 'evidence' otherState | 'budget' name otherState ;
state          : ('is' | 'are') name | 'pass' | 'passes' | 'fail' | 'fails' ;
otherState     : ('is' | 'are') name | name ;

// ---------------------------------------------------------------- tests

test           : 'test' STRING '{' testBody '}' ;
testBody       : testItem* ;
testItem       : testPolicy | seed | given | expectation | laterGiven ;
testPolicy     : 'policy' name ('with' setting (',' setting)*)? ;
setting        : name '=' quantity ;
seed           : 'seed' quantity ;
given          : 'given' name '{' givenBody '}' ;
givenBody      : rowsBlock* ;
rowsBlock      : quantity 'rows' ('over' quantity)? '{' rowsBody '}' ;
rowsBody       : fieldGenerator* ;
fieldGenerator : name ('=' alternative ('else' alternative)* | '~' distribution ('as' unitName)?) ;
distribution   : name arguments ;
alternative    : quantity ('at' quantity)? ;
expectation    : 'expect' (expectedDecision | 'objective' name 'is' expectedVerdict) ;
expectedDecision : name ;
expectedVerdict  : name ;

// ---------------------------------------------------------------- statements of later editions: their first words

laterInFile      : 'import' | 'template' | 'apply' | 'waive' ;
laterInPolicy    : 'budget' | 'evidence' | 'revoke' | 'waive' | 'weaken' | 'import' | 'template' | 'apply' ;
laterInObjective : 'waive' | 'weaken' ;
laterGiven       : 'given' 'evidence' name ;
laterHeader      : 'extends' name ;

// ---------------------------------------------------------------- expressions, weakest first

expr        : disjunction ('where' disjunction)* ;
disjunction : conjunction ('or' conjunction)* ;
conjunction : inversion ('and' inversion)* ;
inversion   : 'not' inversion | comparison ;
comparison  : sum comparisonTail* ;                     // more than one tail is refused: comparisons do not chain
comparisonTail
  : ('<' | '<=' | '>' | '>=' | '==' | '!=' | '=' | 'matches') sum
  | 'not'? 'in' valueSet
  ;
valueSet    : '{' (expr (',' expr)* ','?)? '}' ;
sum         : product (('+' | '-') product)* ;
product     : negation (('*' | '/') negation)* ;
negation    : '-' negation | postfix ;
postfix     : primary ('.' name)* ;
primary     : NUMBER | STRING | name arguments? | '(' expr ')' | DATE | VERSION ;
arguments   : '(' (argument (',' argument)* ','?)? ')' ;
argument    : (name ':')? expr ('until' expr)? ;     // `until` in the functions of a model
quantity    : sum ;                                     // where a comparison would make no sense

// ---------------------------------------------------------------- names

name
  : IDENT
  | ALL | ANY | APPLY | ARE | AS | ASSUME | AT | BECAUSE | BLOCKS | BUCKETS | BUDGET | BY | CERTIFY | CHECK | CLUSTERED | CONFIDENCE | COUNTS | CUMULATIVE
  | DECIDE | DENY | DESIGN | DRAW | EACH | EDITION | EFFECT | ELSE | EVERY | EVIDENCE | EXPECT | EXTENDS | FAIL | FAILS | FOR | FROM | GIVEN
  | HOLD | IMPORT | INDEPENDENT | IS | LAST | LEAST | LOOKS | MATCHES | METHOD | MODEL | MOST | NO | NONE | NO_DATA | OBJECTIVE
  | OBJECTIVES | OF | ON | ONCE | ON_NO_DATA | OPTIONAL | OTHERWISE | OVER | OWNER | PARAM | PASS | PASSES | REQUIRE
  | REVISION | REVOKE | ROWS | RUNBOOK | SAMPLING | SEED | SINCE | SLI | SPLIT | STRATIFIED | SUBJECT | TELEMETRY | TEMPLATE | TIMEOUT
  | TEST | TITLE | TRIALS | UNKNOWN | UNLIMITED | UNTIL | WAIVE | WEAKEN | WEIGHTED | WHEN | WITH
  ;

// ---------------------------------------------------------------- words

// Reserved.
LET : 'let' ; POLICY : 'policy' ; AND : 'and' ; OR : 'or' ; NOT : 'not' ; IN : 'in' ; WHERE : 'where' ;

// Contextual, in alphabetical order; ALL is the first and WITH the last.
ALL : 'all' ; ANY : 'any' ; APPLY : 'apply' ; ARE : 'are' ; AS : 'as' ; ASSUME : 'assume' ; AT : 'at' ;
BECAUSE : 'because' ; BLOCKS : 'blocks' ; BUCKETS : 'buckets' ; BUDGET : 'budget' ; BY : 'by' ; CERTIFY : 'certify' ; CHECK : 'check' ; CLUSTERED : 'clustered' ;
CONFIDENCE : 'confidence' ; COUNTS : 'counts' ; CUMULATIVE : 'cumulative' ; DECIDE : 'decide' ; DENY : 'deny' ; DESIGN : 'design' ; DRAW : 'draw' ; EACH : 'each' ;
EDITION : 'edition' ; EFFECT : 'effect' ; ELSE : 'else' ; EVERY : 'every' ; EVIDENCE : 'evidence' ; EXPECT : 'expect' ;
EXTENDS : 'extends' ; FAIL : 'fail' ; FAILS : 'fails' ; FOR : 'for' ; FROM : 'from' ; GIVEN : 'given' ;
HOLD : 'hold' ; IMPORT : 'import' ; INDEPENDENT : 'independent' ; IS : 'is' ; LAST : 'last' ; LEAST : 'least' ; LOOKS : 'looks' ;
MATCHES : 'matches' ; METHOD : 'method' ; MODEL : 'model' ; MOST : 'most' ; NO : 'no' ; NONE : 'none' ;
NO_DATA : 'no_data' ; OBJECTIVE : 'objective' ; OBJECTIVES : 'objectives' ; OF : 'of' ; ON : 'on' ;
ONCE : 'once' ; ON_NO_DATA : 'on_no_data' ; OPTIONAL : 'optional' ; OTHERWISE : 'otherwise' ; OVER : 'over' ;
OWNER : 'owner' ; PARAM : 'param' ; PASS : 'pass' ; PASSES : 'passes' ; REQUIRE : 'require' ;
REVISION : 'revision' ; REVOKE : 'revoke' ; ROWS : 'rows' ; RUNBOOK : 'runbook' ; SAMPLING : 'sampling' ;
SEED : 'seed' ; SINCE : 'since' ; SLI : 'sli' ; SPLIT : 'split' ; STRATIFIED : 'stratified' ; SUBJECT : 'subject' ;
TELEMETRY : 'telemetry' ; TEMPLATE : 'template' ; TEST : 'test' ; TIMEOUT : 'timeout' ; TITLE : 'title' ; TRIALS : 'trials' ; UNKNOWN : 'unknown' ;
UNLIMITED : 'unlimited' ; UNTIL : 'until' ; WAIVE : 'waive' ; WEAKEN : 'weaken' ; WEIGHTED : 'weighted' ; WHEN : 'when' ; WITH : 'with' ;

IDENT : [A-Za-z_] [A-Za-z0-9_]* ;

// ---------------------------------------------------------------- marks

LBRACE : '{' ; RBRACE : '}' ; LPAREN : '(' ; RPAREN : ')' ; LBRACKET : '[' ; RBRACKET : ']' ;
COMMA : ',' ; COLON : ':' ; DOT : '.' ; ASSIGN : '=' ; TILDE : '~' ; ARROW : '->' ;
LESS : '<' ; AT_MOST : '<=' ; GREATER : '>' ; AT_LEAST : '>=' ; EQUAL : '==' ; NOT_EQUAL : '!=' ;
PLUS : '+' ; MINUS : '-' ; STAR : '*' ; SLASH : '/' ;

// ---------------------------------------------------------------- literals

// A unit, when there is one, is attached: 300ms, 99.9%. Which units there are is for the reader of the token to say.
NUMBER  : DIGITS ('.' DIGITS)? UNIT? ;
VERSION : DIGITS '.' DIGITS ('.' DIGITS)+ ([+-] [A-Za-z] [A-Za-z0-9.]*)? ;
DATE
  : DIGIT DIGIT DIGIT DIGIT '-' DIGIT DIGIT '-' DIGIT DIGIT
    ('T' DIGIT DIGIT (':' DIGIT DIGIT)* ('.' DIGIT+)? ('Z' | [+-] DIGIT DIGIT ':'? DIGIT DIGIT)?)?
  ;
STRING  : '"' ('\\' ~[\r\n] | ~["\\\r\n])* '"' ;
fragment DIGIT  : [0-9] ;
fragment DIGITS : [0-9] [0-9_]* ;
fragment UNIT   : '%' | [A-Za-z\u00B5\u03BC] [A-Za-z0-9_\u00B5\u03BC]* ;

// ---------------------------------------------------------------- never in a well-formed file

POINT_FIRST      : '.' DIGITS UNIT? ;
POINT_LAST       : DIGITS '.' ;
OPEN_STRING      : '"' ('\\' ~[\r\n] | ~["\\\r\n])* '\\'? ;
SINGLE_QUOTED    : '\'' ~['\r\n]* '\'' ;
BACK_QUOTED      : '`' ~[`\r\n]* '`' ;
CURLY_QUOTED     : [\u201C\u201D\u201E] ~["\u201C\u201D\u201E\r\n]* [\u201C\u201D] ;
OPEN_COMMENT     : '/*' ;
FOREIGN_OPERATOR
  : '&&' | '||' | '!' | '&' | '|' | '=>' | '=<' | '<>' | '===' | '!==' | ':=' | '**' | '=~' | '!~' | '++' | '+=' | '-='
  | '\u2264' | '\u2265' | '\u2260' | '\u2208' | '\u2209' | '\u2212' | '\u2013' | '\u00D7' | '\u00F7' | '\u2227'
  | '\u2228' | '\u00AC'
  ;
SEMICOLON        : ';' ;
PERCENT          : '%' ;
HASH_COMMENT     : '#' ~[\r\n]* ;
FOREIGN_WORD     : [A-Za-z0-9_]* FOREIGN_LETTER (FOREIGN_LETTER | [A-Za-z0-9_])* ;   // longer than an IDENT: it has another letter
// Unicode's letters and marks by whole blocks, for their exact 700 ranges took 5 ms to load in every run.
fragment FOREIGN_LETTER
  : [\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u1FFF\u2C00-\u2DFF\u3040-\uA48F\uA4D0-\uD7FF\uF900-\uFDFF]
  | [\uFE70-\uFEFE\uFF21-\uFF3A\uFF41-\uFF5A\uFF66-\uFFDC\u{10000}-\u{1EFFF}\u{20000}-\u{3FFFF}] ;

// ---------------------------------------------------------------- kept aside

LINE_COMMENT  : '//' ~[\r\n]* -> channel(HIDDEN) ;
BLOCK_COMMENT : '/*' .*? '*/' -> channel(HIDDEN) ;
SPACE         : [ \t\r\n\uFEFF]+ -> skip ;

// Anything else; last, so that every other rule comes first.
STRAY         : . ;
