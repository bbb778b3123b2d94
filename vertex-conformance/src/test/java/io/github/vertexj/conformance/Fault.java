package io.github.vertexj.conformance;

/**
 * A way in which a {@link DoublingServer} breaks one sentence of the contract.
 *
 * <p>Each names the sentence that has to be found broken.
 */
enum Fault {
  HEALTH_IS_204("health becomes 200"),
  HEALTH_IS_201_LATER("health is exactly 200 within 10 s"),
  HEALTH_FAILS_AFTER_BAD_BODY("health is still 200 after bad requests"),
  HEALTH_FAILS_UNDER_LOAD("health is 200 within 10 s while predictions queue"),
  PREDICTS_NAN("one instance gets one prediction, in strict JSON"),
  NEVER_PREDICTS("one instance gets one prediction, in strict JSON"),
  PREDICTS_ONCE("several instances get one prediction each"),
  LOSES_THE_LAST("several instances get one prediction each"),
  REVERSES("predictions are in the order of the instances"),
  BATCHES_OF_32("64 instances, as batch prediction sends them"),
  WANTS_PARAMETERS("parameters may be absent"),
  REFUSES_EMPTY_PARAMETERS("parameters may be an empty object"),
  REFUSES_NULL_PARAMETERS("parameters null are parameters absent"),
  FAILS_ON_SCALAR_PARAMETERS("parameters of any other type: 200 or 4xx"),
  REFUSES_UNKNOWN_MEMBERS("unknown members of the envelope are ignored"),
  BARE_ARRAY_FOR_NO_INSTANCES("no instances: no predictions, or 4xx"),
  REFUSES_DOUBLES("an integer may come as 1.0"),
  INSTANCES_FIRST("members come in any order"),
  REFUSES_CHARSET("Content-Type may name its charset"),
  FAILS_WITHOUT_CONTENT_TYPE("Content-Type may be missing: 200 or 4xx"),
  NEEDS_CONTENT_LENGTH("the body may come in chunks"),
  SAYS_TEXT("the reply's Content-Type is application/json, in UTF-8"),
  SAYS_WHAT_IS_ACCEPTED("whatever Accept says, the reply is the same"),
  BUFFERS_STREAMS("a streamed reply comes piece by piece"),
  TAKES_1_MB("a body of 1.5 MB, the limit of shared endpoints"),
  TAKES_2_MB("a body of 10 MB, the limit of dedicated endpoints"),
  CUTS_2_MB("a body of 10 MB, the limit of dedicated endpoints"),
  CUTS_WHAT_IS_LARGE("a body of 20 MB: 200 or 4xx"),
  FAILS_ON_BAD_BODY("what is no envelope is refused with 4xx"),
  FAILS_ON_ALL_BAD_BODIES("what is no envelope is refused with 4xx"),
  FAILS_ON_DEPTH("deep nesting is refused with 4xx, or accepted"),
  FAILS_ON_IMAGES("another media type: 200 or 4xx"),
  ERROR_IS_TEXT("an error is a JSON object with a text \"error\""),
  ERROR_HAS_TRACE("an error shows no stack trace"),
  ERROR_HAS_TRACE_IN_HTML("an error shows no stack trace"),
  ERROR_HAS_TRACE_OF_INSTANCE("an error shows no stack trace"),
  ERROR_REPEATS("an error does not repeat the body"),
  ERROR_REPEATS_A_FEW_LETTERS("an error does not repeat the body"),
  ERROR_REPEATS_INSTANCES("an error does not repeat the body"),
  PREDICTS_BESIDE_ERROR("all or nothing: no predictions beside an error"),
  GET_PREDICTS("another method on the predict route: 404, 405 or 501"),
  SERVES_ANY_PATH("an unknown path: 404"),
  SERVES_PREFIXES("a route is that path and no other"),
  SERVES_TRAILING_SLASHES("a route is that path and no other"),
  SERVES_ANY_CASE("a route is that path and no other"),
  FAILS_UNDER_LOAD("under overload a prediction is 200, 429 or 503"),
  REJECTS_WITHOUT_RETRY_AFTER("a 429 says when to come back"),

  HAS_FEW_THREADS("slow heads of one client hurt no other"),
  COUNTS_WHAT_IS_ANNOUNCED("idle uploads of one client hurt no other"),
  NEVER_FORGETS_A_LENGTH("absurd lengths of one client hurt no other"),
  SPENDS_MEMORY("large parameters of one client hurt no other"),
  HANGS_FOR_ALL("while instances hang, others are predicted or health says so"),

  // These show in a process only.
  LISTENS_ELSEWHERE("the port is open within 40 s of the start"),
  LISTENS_ON_LOOPBACK("it listens on all interfaces, at AIP_HTTP_PORT"),
  SAYS_404_WHILE_LOADING("health says 503 until the model is ready"),
  SAYS_200_WHILE_LOADING("the first 200 of health is true: a prediction works"),
  WANTS_STORAGE_URI("an empty AIP_STORAGE_URI is no URI"),
  LOGS_TO_STDERR("nothing is logged to stderr, whose lines all become errors"),
  LOGS_PLAINLY("each line is a JSON object with a severity and a message"),
  LOGS_SECRETS("the Authorization header is not logged"),
  IGNORES_SIGTERM("SIGTERM ends the server, not only its wrapper"),
  HALTS_ON_SIGTERM("SIGTERM loses no request under way"),
  DROPS_ON_SIGTERM("SIGTERM loses no request under way"),
  REFUSES_AFTER_SIGTERM("for a second after SIGTERM requests are still answered"),
  HEALTHY_AFTER_SIGTERM("after SIGTERM health is 503, or nobody listens"),
  EXITS_WITH_143("after SIGTERM the exit code is 0"),
  ROUTES_ARE_PATTERNS("routes are no patterns"),
  WANTS_SLASHES("a route without its slash is served, or refused at the start"),
  WANTS_DIGITS("an endpoint's id may hold letters"),
  WANTS_MODE("it starts without AIP_MODE"),
  TAKES_ANY_PORT("a port that is no number stops the start");

  private final String sentence;

  Fault(String sentence) {
    this.sentence = sentence;
  }

  String sentence() {
    return sentence;
  }

  /** Whether it shows only when harm is done. */
  boolean needsHarm() {
    return compareTo(HAS_FEW_THREADS) >= 0 && compareTo(HANGS_FOR_ALL) <= 0;
  }

  boolean needsProcess() {
    return compareTo(LISTENS_ELSEWHERE) >= 0;
  }
}
