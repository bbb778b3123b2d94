package io.github.vertexj.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;

/** Predictions as JSON. */
final class PredictionJson {
  private PredictionJson() {}

  /** Whether two values are equal but for small differences of their numbers. */
  static boolean near(JsonNode expected, JsonNode actual, double tolerance) {
    if (expected.isNumber() && actual.isNumber()) {
      double size = Math.max(1, Math.abs(expected.doubleValue()));
      return Math.abs(expected.doubleValue() - actual.doubleValue()) <= tolerance * size;
    }
    if (expected.isContainerNode() && expected.getNodeType() == actual.getNodeType()) {
      return sameNames(expected, actual) && nearElements(expected, actual, tolerance);
    }
    return expected.equals(actual);
  }

  private static boolean sameNames(JsonNode expected, JsonNode actual) {
    Iterator<String> names = actual.fieldNames();
    Iterator<String> expectedNames = expected.fieldNames();
    while (names.hasNext() && expectedNames.hasNext()) {
      if (!names.next().equals(expectedNames.next())) {
        return false;
      }
    }
    return names.hasNext() == expectedNames.hasNext();
  }

  private static boolean nearElements(JsonNode expected, JsonNode actual, double tolerance) {
    Iterator<JsonNode> elements = actual.elements();
    for (JsonNode element : expected) {
      if (!elements.hasNext() || !near(element, elements.next(), tolerance)) {
        return false;
      }
    }
    return !elements.hasNext();
  }
}
