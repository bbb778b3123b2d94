package io.github.vertexj.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The form of what comes back for a good request. */
final class ReplyChecks {
  private static final List<String> ACCEPTED =
      List.of(
          "*/*",
          "text/html",
          "application/json;q=0.5, */*;q=0.1",
          "image/png, application/json;version=1",
          "no media type");

  private ReplyChecks() {}

  static List<Check> all() {
    return List.of(
        Check.assumed(
            "C3.19",
            "the reply's Content-Type is application/json, in UTF-8",
            ReplyChecks::mediaType),
        Check.assumed("C3.19", "the reply is not compressed unasked", ReplyChecks::identity),
        Check.assumed(
            "C11.5", "whatever Accept says, the reply is the same", ReplyChecks::anyAccept),
        Check.assumed("C4.7", "a streamed reply comes piece by piece", ReplyChecks::streams));
  }

  private static String mediaType(Target target) throws Verdict, InterruptedException {
    Exchange exchange = predicted(target);
    String type = exchange.expect(200).header("content-type").toLowerCase(Locale.ROOT);
    if (!type.matches("application/json(\\s*;\\s*charset=\"?utf-8\"?)?")) {
      throw Verdict.broken("it is " + (type.isEmpty() ? "missing" : Shown.text(type)), exchange);
    }
    return "";
  }

  private static String identity(Target target) throws Verdict, InterruptedException {
    Exchange exchange = predicted(target);
    String encoding = exchange.answer().header("content-encoding");
    if (!encoding.isEmpty() && !encoding.equals("identity")) {
      throw Verdict.broken("the Content-Encoding is " + Shown.text(encoding), exchange);
    }
    return "";
  }

  private static String anyAccept(Target target) throws Verdict, InterruptedException {
    Server server = target.server();
    Request plain = Request.json(server.predictRoute(), target.workingInstances().one());
    String usual = server.send(plain).answer().header("content-type");
    for (String accept : ACCEPTED) {
      Exchange exchange = server.send(plain.with("Accept: " + accept));
      exchange.predictions(1);
      if (!exchange.answer().header("content-type").equals(usual)) {
        throw Verdict.broken("the Content-Type is another", exchange);
      }
    }
    return "";
  }

  private static String streams(Target target) throws Verdict, InterruptedException {
    Path file = target.options().stream().orElseThrow(() -> Verdict.untested("needs --stream"));
    Exchange exchange = target.server().predict(read(file));
    Answer answer = exchange.expect(200);
    if (!answer.header("content-length").isEmpty() || answer.pauses() < 2) {
      throw Verdict.broken("the reply came at once", exchange);
    }
    return "";
  }

  private static String read(Path file) throws Verdict {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw Verdict.untested("cannot read " + file);
    }
  }

  private static Exchange predicted(Target target) throws Verdict, InterruptedException {
    return target.server().predict(target.workingInstances().one());
  }
}
