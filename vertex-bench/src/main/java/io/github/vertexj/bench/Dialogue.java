package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;

/** A process that answers each line of its input by one line of numbers. Not thread-safe. */
final class Dialogue {
  private final Process process;
  private final BufferedReader answers;

  Dialogue(Process process) {
    this.process = process;
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII));
  }

  /** Asks, and waits for the answer. */
  List<Double> ask(String question) throws IOException {
    process.getOutputStream().write((question + "\n").getBytes(US_ASCII));
    process.getOutputStream().flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IllegalStateException("a process ended: see the logs in the output folder");
    }
    List<Double> numbers = new ArrayList<>();
    for (String number : answer.split(" ", -1)) {
      numbers.add(Double.valueOf(number));
    }
    return numbers;
  }
}
