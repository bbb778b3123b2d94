package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import java.util.Set;

/** The fault of a {@link DoublingServer}, where that would have to do the right thing. */
record Faults(Set<Fault> all) {
  private static final int ONE_MB = 1_000_000;
  private static final long A_SECOND = 1_000_000_000;

  boolean has(Fault fault) {
    return all.contains(fault);
  }

  /** How long a prediction takes, so that the fault can show. */
  long predictNanos() {
    if (has(Fault.DROPS_ON_SIGTERM) || has(Fault.HALTS_ON_SIGTERM)) {
      return A_SECOND;
    }
    return has(Fault.HEALTH_FAILS_UNDER_LOAD)
            || has(Fault.FAILS_UNDER_LOAD)
            || has(Fault.REJECTS_WITHOUT_RETRY_AFTER)
        ? A_SECOND / 50
        : 0;
  }

  /** Ends without a reply what a stop must not hurt. */
  void checkStop(boolean underWay, boolean sentAfter) throws Refusal {
    wrong(Fault.DROPS_ON_SIGTERM, underWay, 0);
    wrong(Fault.REFUSES_AFTER_SIGTERM, sentAfter, 0);
  }

  int status(Refusal refusal) {
    boolean fails =
        refusal.body().length() < 1000
            ? has(Fault.FAILS_ON_BAD_BODY) || has(Fault.FAILS_ON_ALL_BAD_BODIES)
            : has(Fault.FAILS_ON_ALL_BAD_BODIES);
    return refusal.status() == 400 && fails ? 500 : refusal.status();
  }

  /** What is wrong with a request before its body is understood. */
  void check(Headers headers, byte[] body, int others) throws Refusal {
    String type = headers.getFirst("Content-Type");
    wrong(Fault.FAILS_WITHOUT_CONTENT_TYPE, type == null, 500);
    wrong(Fault.REFUSES_CHARSET, type != null && type.contains("charset"), 415);
    wrong(Fault.FAILS_ON_IMAGES, type != null && type.startsWith("image"), 500);
    wrong(Fault.NEEDS_CONTENT_LENGTH, !headers.containsKey("Content-Length"), 411);
    wrong(Fault.TAKES_1_MB, body.length > ONE_MB, 413);
    wrong(Fault.TAKES_2_MB, body.length > 2 * ONE_MB, 413);
    wrong(Fault.CUTS_2_MB, body.length > 2 * ONE_MB, 0);
    wrong(Fault.CUTS_WHAT_IS_LARGE, body.length > 11 * ONE_MB, 0);
    wrong(Fault.FAILS_UNDER_LOAD, others > 0, 500);
    wrong(Fault.REJECTS_WITHOUT_RETRY_AFTER, others > 0, 429);
    if (body.length > 11 * ONE_MB) {
      throw new Refusal(413, "the body is larger than 11 MB");
    }
    if (headers.containsKey("Authorization") && has(Fault.LOGS_SECRETS)) {
      DoublingMain.log(headers.getFirst("Authorization"));
    }
  }

  /** What is wrong with an envelope. */
  void check(JsonNode envelope) throws Refusal {
    wrong(Fault.NEVER_PREDICTS, true, 500);
    JsonNode parameters = envelope.path("parameters");
    wrong(Fault.WANTS_PARAMETERS, parameters.isMissingNode(), 422);
    wrong(Fault.REFUSES_EMPTY_PARAMETERS, parameters.isObject() && parameters.isEmpty(), 422);
    wrong(Fault.REFUSES_NULL_PARAMETERS, parameters.isNull(), 422);
    wrong(Fault.FAILS_ON_SCALAR_PARAMETERS, parameters.isTextual(), 500);
    wrong(Fault.REFUSES_UNKNOWN_MEMBERS, envelope.has("labels"), 422);
    wrong(Fault.INSTANCES_FIRST, instancesLast(envelope), 422);
    wrong(Fault.BATCHES_OF_32, envelope.path("instances").size() > 32, 413);
    JsonNode first = envelope.path("instances").path(0);
    boolean number = first.isDouble() || first.path("x").isDouble();
    wrong(Fault.REFUSES_DOUBLES, number, 422);
  }

  private static boolean instancesLast(JsonNode envelope) {
    return envelope.fieldNames().next().equals("parameters");
  }

  private void wrong(Fault fault, boolean here, int status) throws Refusal {
    if (here && has(fault)) {
      throw new Refusal(status, "this server has a fault");
    }
  }

  /** The reply's body. */
  String spoiled(ArrayNode predictions, JsonNode instances) {
    if (predictions.isEmpty() && has(Fault.BARE_ARRAY_FOR_NO_INSTANCES)) {
      return "[]";
    }
    if (!predictions.isEmpty() && has(Fault.PREDICTS_NAN)) {
      return "{\"predictions\": [NaN]}";
    }
    ArrayNode spoiled = Json.MAPPER.createArrayNode();
    for (int i = 0; i < predictions.size(); i++) {
      spoiled.add(predictions.get(has(Fault.REVERSES) ? predictions.size() - 1 - i : i));
    }
    if (has(Fault.PREDICTS_ONCE)) {
      return "{\"predictions\": [7]}";
    }
    if (has(Fault.LOSES_THE_LAST) && instances.size() == 3) {
      spoiled.remove(2);
    }
    ObjectNode reply = Json.MAPPER.createObjectNode();
    reply.set("predictions", spoiled);
    return reply.toString();
  }

  String errorBody(Refusal refusal) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    String text = String.valueOf(refusal.getMessage());
    if (has(Fault.ERROR_IS_TEXT)) {
      return text;
    }
    body.put("error", text + spilt(refusal));
    if (has(Fault.PREDICTS_BESIDE_ERROR)) {
      body.putArray("predictions");
    }
    return body.toString();
  }

  /** What an error tells besides. */
  private String spilt(Refusal refusal) {
    String frame = "at " + refusal.getStackTrace()[0];
    String sent = refusal.body();
    if (has(Fault.ERROR_HAS_TRACE)
        || (refusal.ofInstance() && has(Fault.ERROR_HAS_TRACE_OF_INSTANCE))) {
      return "\n\t" + frame;
    }
    if (has(Fault.ERROR_HAS_TRACE_IN_HTML)) {
      return "<br> &nbsp; &nbsp;" + frame.replace("<", "&lt;").replace("(", "&#40;");
    }
    if (has(Fault.ERROR_REPEATS) || (refusal.ofInstance() && has(Fault.ERROR_REPEATS_INSTANCES))) {
      return ": " + sent;
    }
    int mark = sent.indexOf(Echo.MARK);
    return mark >= 0 && has(Fault.ERROR_REPEATS_A_FEW_LETTERS)
        ? sent.substring(mark + 2, mark + 9)
        : "";
  }

  String mediaType(String accept) {
    if (has(Fault.SAYS_TEXT)) {
      return "text/plain";
    }
    return accept != null && has(Fault.SAYS_WHAT_IS_ACCEPTED) ? accept : "application/json";
  }
}
