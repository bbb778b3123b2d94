package io.github.vertexj.djl;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.VisionLanguageInput;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.modality.nlp.translator.ZeroShotClassificationInput;
import ai.djl.util.StringPair;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the instances of DJL's translators of the JSON that a person would send.
 *
 * <p>Their classes have no names that JSON could be read by. Thread-safe.
 */
record TranslatorInstances(Set<Class<?>> types, ImageReading images) {
  /** The classes that are read here. */
  static final Set<Class<?>> KNOWN =
      Set.of(
          String.class,
          StringPair.class,
          QAInput.class,
          ZeroShotClassificationInput.class,
          VisionLanguageInput.class,
          Image.class);

  /**
   * Reads an instance.
   *
   * @throws InvalidInputException saying what is wanted
   */
  Object read(@Nullable JsonNode json) {
    JsonNode node = json == null ? com.fasterxml.jackson.databind.node.NullNode.instance : json;
    if (types.contains(Image.class)) {
      return images.read(bytes(node, "the instance"));
    }
    if (types.contains(QAInput.class)) {
      return new QAInput(text(node, "question"), text(node, "context", "paragraph"));
    }
    if (types.contains(ZeroShotClassificationInput.class)) {
      return new ZeroShotClassificationInput(
          text(node, "text", "sequence", "inputs"),
          texts(node, "candidate_labels", "candidates"),
          node.path("multi_label").asBoolean(false),
          node.has("hypothesis_template") ? text(node, "hypothesis_template") : null);
    }
    if (types.contains(VisionLanguageInput.class)) {
      return new VisionLanguageInput(
          images.read(bytes(node.path("image"), "image")),
          node.has("text") ? text(node, "text") : null,
          texts(node, "candidate_labels", "candidates"),
          node.has("hypothesis_template") ? text(node, "hypothesis_template") : null);
    }
    return words(node);
  }

  private Object words(JsonNode node) {
    boolean pair = node.has("text_pair") || node.has("key");
    if (pair && !types.contains(StringPair.class)) {
      throw new InvalidInputException("the model takes one text: send it as a string");
    }
    if (pair || !types.contains(String.class)) {
      return new StringPair(text(node, "text", "key"), text(node, "text_pair", "value"));
    }
    if (node.isTextual()) {
      return node.textValue();
    }
    if (!node.has("text") && !node.has("inputs")) {
      throw new InvalidInputException("a text is wanted, a string");
    }
    return text(node, "text", "inputs");
  }

  private static byte[] bytes(JsonNode node, String name) {
    try {
      byte[] bytes = node.isObject() ? node.path("b64").binaryValue() : node.binaryValue();
      if (bytes != null) {
        return bytes;
      }
    } catch (IOException e) {
      // said below
    }
    throw new InvalidInputException(name + " must be an image, {\"b64\": \"…\"}");
  }

  private static String text(JsonNode node, String... names) {
    for (String name : names) {
      if (node.path(name).isTextual()) {
        return node.path(name).textValue();
      }
    }
    throw new InvalidInputException("the field " + names[0] + " is missing, or is no text");
  }

  private static String[] texts(JsonNode node, String... names) {
    for (String name : names) {
      List<String> texts = new ArrayList<>();
      node.path(name).forEach(element -> texts.add(element.isTextual() ? element.textValue() : ""));
      if (!texts.isEmpty() && !texts.contains("")) {
        return texts.toArray(String[]::new);
      }
    }
    throw new InvalidInputException(
        "the field " + names[0] + " is missing, or is no array of texts");
  }
}
