package io.github.vertexj.tomcatwar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The quickstart's held-out images. */
final class Digits {
  static final ObjectMapper JSON = new ObjectMapper();

  private Digits() {}

  static List<JsonNode> heldOut() throws IOException {
    List<JsonNode> images = new ArrayList<>();
    for (String line : Files.readAllLines(TomcatProcess.DIGITS.resolve("heldout.jsonl"))) {
      images.add(JSON.readTree(line));
    }
    return images;
  }

  static String envelope(List<JsonNode> images) {
    ArrayNode instances = JSON.createArrayNode();
    images.forEach(image -> instances.add(image.get("instance")));
    return JSON.createObjectNode().set("instances", instances).toString();
  }

  static JsonNode predictions(String reply) throws IOException {
    return JSON.readTree(reply).path("predictions");
  }
}
