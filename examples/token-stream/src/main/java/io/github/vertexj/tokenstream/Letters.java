package io.github.vertexj.tokenstream;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The letters that the model knows; a letter's number is its place.
 *
 * <p>Immutable and thread-safe.
 */
record Letters(String all) {

  static Letters read(Path file) throws IOException {
    return new Letters(new JsonMapper().readValue(file.toFile(), String.class));
  }

  /** The numbers of a text's letters; one that the model does not know counts as a blank. */
  int[] numbers(String text) {
    return text.chars().map(letter -> Math.max(all.indexOf(letter), all.indexOf(' '))).toArray();
  }

  String letter(int number) {
    return all.substring(number, number + 1);
  }
}
