package io.github.vertexj.emulator;

import java.util.function.Consumer;

/**
 * Where the emulator tells what happens, a line at a time.
 *
 * <p>Thread-safe if the consumer is.
 *
 * @param lines takes each line
 */
record Console(Consumer<String> lines) {

  void say(String format, Object... arguments) {
    lines.accept(format.formatted(arguments));
  }
}
