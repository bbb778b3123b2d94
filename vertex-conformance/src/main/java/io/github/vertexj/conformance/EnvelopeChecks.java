package io.github.vertexj.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The forms in which instances come to the predict route. */
final class EnvelopeChecks {
  private static final int BATCH = 64;
  private static final int COPIES = 3;

  private EnvelopeChecks() {}

  static List<Check> all() {
    return List.of(
        Check.documented(
            "C3.14", "one instance gets one prediction, in strict JSON", EnvelopeChecks::one),
        Check.documented(
            "C3.14", "several instances get one prediction each", EnvelopeChecks::several),
        Check.documented(
            "C3.14", "predictions are in the order of the instances", EnvelopeChecks::order),
        Check.documented(
            "C5.3", "64 instances, as batch prediction sends them", EnvelopeChecks::batch),
        Check.documented("C5.2", "parameters may be absent", EnvelopeChecks::withoutParameters),
        Check.documented(
            "C3.4", "parameters may be an empty object", EnvelopeChecks::emptyParameters),
        Check.assumed(
            "C3.4", "parameters null are parameters absent", EnvelopeChecks::nullParameters),
        Check.assumed(
            "C3.4", "parameters of any other type: 200 or 4xx", EnvelopeChecks::scalarParameters),
        Check.assumed(
            "C3.5", "unknown members of the envelope are ignored", EnvelopeChecks::unknownMember),
        Check.assumed("C3.6", "no instances: no predictions, or 4xx", EnvelopeChecks::noInstances),
        Check.assumed("C3.8", "an integer may come as 1.0", EnvelopeChecks::integersAsDoubles),
        Check.assumed("C3.9", "members come in any order", EnvelopeChecks::memberOrder),
        Check.documented("C3.2", "Content-Type may name its charset", EnvelopeChecks::charset),
        Check.assumed("C3.13", "the body may come in chunks", EnvelopeChecks::chunked));
  }

  private static String one(Target target) throws Verdict, InterruptedException {
    target.server().predict(target.instances().one()).predictions(1);
    return "";
  }

  private static String several(Target target) throws Verdict, InterruptedException {
    return many(target, Target.SEVERAL);
  }

  private static String batch(Target target) throws Verdict, InterruptedException {
    target.countedInstances();
    return many(target, BATCH);
  }

  private static String many(Target target, int count) throws Verdict, InterruptedException {
    Instances instances = target.workingInstances();
    target.server().predict(instances.many(count)).predictions(count);
    return "";
  }

  private static String order(Target target) throws Verdict, InterruptedException {
    Instances instances = target.countedInstances();
    List<JsonNode> two = instances.instances();
    if (two.size() < 2) {
      throw Verdict.untested("needs two instances whose predictions differ");
    }
    JsonNode first = prediction(target, two.get(0));
    JsonNode second = prediction(target, two.get(1));
    if (Json.alike(first, second) || !Json.alike(first, prediction(target, two.get(0)))) {
      throw Verdict.untested("needs instances with different, repeatable predictions");
    }
    Instances both = new Instances(two.subList(0, 2), instances.parameters());
    Exchange exchange = target.server().predict(both.many(2 * COPIES));
    JsonNode predictions = exchange.predictions(2 * COPIES);
    for (int i = 0; i < predictions.size(); i++) {
      if (!Json.alike(predictions.path(i), i % 2 == 0 ? first : second)) {
        throw Verdict.broken("prediction " + i + " is not that of instance " + i, exchange);
      }
    }
    return "";
  }

  private static JsonNode prediction(Target target, JsonNode instance)
      throws Verdict, InterruptedException {
    return target.server().predict(target.instances().of(instance)).predictions(1).path(0);
  }

  private static String withoutParameters(Target target) throws Verdict, InterruptedException {
    return accepted(target, target.workingInstances().bare());
  }

  private static String emptyParameters(Target target) throws Verdict, InterruptedException {
    ObjectNode envelope = bare(target);
    envelope.putObject("parameters");
    return accepted(target, envelope);
  }

  private static String nullParameters(Target target) throws Verdict, InterruptedException {
    ObjectNode envelope = bare(target);
    return accepted(target, envelope.set("parameters", NullNode.getInstance()));
  }

  private static String scalarParameters(Target target) throws Verdict, InterruptedException {
    for (JsonNode scalar : List.of(IntNode.valueOf(5), TextNode.valueOf("five"))) {
      ObjectNode envelope = bare(target);
      acceptedOrRefused(
          target, Request.json(route(target), envelope.set("parameters", scalar).toString()));
    }
    return "";
  }

  private static String unknownMember(Target target) throws Verdict, InterruptedException {
    ObjectNode envelope = target.workingInstances().envelopeOfOne();
    envelope.putObject("labels").put("language", "日本語 ü 🙂");
    return accepted(target, envelope);
  }

  private static String noInstances(Target target) throws Verdict, InterruptedException {
    Exchange exchange = target.server().predict("{\"instances\": []}");
    if (!exchange.answer().refuses()) {
      if (!target.options().instances().instances().isEmpty()) {
        target.countedInstances();
      }
      exchange.predictions(0);
    }
    return "";
  }

  private static String integersAsDoubles(Target target) throws Verdict, InterruptedException {
    Instances instances = target.workingInstances();
    for (JsonNode instance : instances.instances()) {
      JsonNode changed = integersAsDoubles(instance);
      if (!changed.toString().equals(instance.toString())) {
        target.server().predict(instances.of(changed)).predictions(1);
        return "";
      }
    }
    throw Verdict.notApplicable("no instance holds an integer");
  }

  private static JsonNode integersAsDoubles(JsonNode value) {
    if (value.isIntegralNumber()) {
      return DoubleNode.valueOf(value.doubleValue());
    }
    if (value.isArray()) {
      ArrayNode array = Json.MAPPER.createArrayNode();
      value.forEach(element -> array.add(integersAsDoubles(element)));
      return array;
    }
    ObjectNode object = Json.MAPPER.createObjectNode();
    value
        .properties()
        .forEach(member -> object.set(member.getKey(), integersAsDoubles(member.getValue())));
    return value.isObject() ? object : value;
  }

  private static String memberOrder(Target target) throws Verdict, InterruptedException {
    Instances instances = target.workingInstances();
    if (instances.first().isObject() && instances.first().size() > 1) {
      target.server().predict(instances.of(reversed(instances.first()))).predictions(1);
    }
    JsonNode parameters = instances.parameters();
    if (parameters == null) {
      parameters = Json.MAPPER.createObjectNode();
      wantAccepted(target, instances.bare().set("parameters", parameters));
    }
    target
        .server()
        .predict("{\"parameters\": " + parameters + ", \"instances\": [" + instances.first() + "]}")
        .predictions(1);
    return "";
  }

  /** Ends the check unless the same in the usual order is predicted. */
  private static void wantAccepted(Target target, JsonNode envelope)
      throws Verdict, InterruptedException {
    try {
      target.server().predict(envelope.toString()).predictions(1);
    } catch (Verdict verdict) {
      throw Verdict.untested("empty parameters are refused in the usual order, too");
    }
  }

  private static JsonNode reversed(JsonNode object) {
    List<Map.Entry<String, JsonNode>> members = new ArrayList<>();
    members.addAll(object.properties());
    Collections.reverse(members);
    ObjectNode reversed = Json.MAPPER.createObjectNode();
    members.forEach(member -> reversed.set(member.getKey(), member.getValue()));
    return reversed;
  }

  private static String charset(Target target) throws Verdict, InterruptedException {
    byte[] body = bytes(target.workingInstances());
    String type = "Content-Type: application/json; charset=utf-8";
    target.server().send(Request.post(route(target), body, type)).predictions(1);
    return "";
  }

  private static String chunked(Target target) throws Verdict, InterruptedException {
    Request request = Request.json(route(target), target.workingInstances().one());
    target.server().send(request.inChunks()).predictions(1);
    return "";
  }

  private static String accepted(Target target, JsonNode envelope)
      throws Verdict, InterruptedException {
    target.server().predict(envelope.toString()).predictions(1);
    return "";
  }

  private static String acceptedOrRefused(Target target, Request request)
      throws Verdict, InterruptedException {
    Exchange exchange = target.server().send(request);
    if (!exchange.answer().refuses()) {
      exchange.predictions(1);
    }
    return "";
  }

  private static ObjectNode bare(Target target) throws Verdict, InterruptedException {
    return target.workingInstances().bare();
  }

  private static String route(Target target) throws Verdict, InterruptedException {
    return target.server().predictRoute();
  }

  private static byte[] bytes(Instances instances) {
    return instances.one().getBytes(StandardCharsets.UTF_8);
  }
}
