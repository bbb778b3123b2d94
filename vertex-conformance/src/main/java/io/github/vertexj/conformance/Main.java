package io.github.vertexj.conformance;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The command {@code java -jar vertex-conformance.jar}: asks a model server, in whatever language,
 * what Vertex AI would ask a custom container, and prints which clauses of the contract it keeps.
 */
public final class Main {
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Main() {}

  /** Runs the checks and exits: 0 if nothing is broken, 1 if something is, 2 on wrong usage. */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.exit(run(out, arguments));
  }

  static int run(PrintStream out, String... arguments) throws InterruptedException {
    try {
      CommandLine line = CommandLine.of(arguments);
      if (line.has("--help")) {
        out.print(CommandLine.HELP);
        return PASSED;
      }
      if (line.has("--list")) {
        out.println(Table.list(Checks.all()));
        return PASSED;
      }
      return check(out, line);
    } catch (UsageException e) {
      out.println(e.getMessage());
      out.println("java -jar vertex-conformance.jar --help shows the options");
      return MISUSED;
    }
  }

  private static int check(PrintStream out, CommandLine line)
      throws UsageException, InterruptedException {
    Options options = line.options();
    boolean strict = line.has("--strict");
    out.println(Table.heading(options));
    List<Result> results = Run.of(options, result -> out.println(Table.line(result)));
    out.println(Table.summary(results, strict));
    write(line.path("--junit"), JunitReport.of(results, strict));
    write(line.path("--json"), JsonReport.of(results, strict));
    return results.stream().anyMatch(result -> result.fails(strict)) ? FAILED : PASSED;
  }

  private static void write(Optional<Path> file, String text) throws UsageException {
    if (file.isPresent()) {
      try {
        Files.writeString(file.get(), text);
      } catch (IOException e) {
        throw new UsageException("cannot write " + file.get());
      }
    }
  }
}
