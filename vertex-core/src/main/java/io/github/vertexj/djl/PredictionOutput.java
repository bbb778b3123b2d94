package io.github.vertexj.djl;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.vertexj.Tensor;
import io.github.vertexj.proof.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes outputs that can be compared of predictions in JSON.
 *
 * <p>What has the same form in all elements of an array is put together, so that a small
 * probability is measured by the largest one beside it.
 */
final class PredictionOutput {
  private PredictionOutput() {}

  /** Returns the output of nodes of which each is an element. */
  static Output of(List<JsonNode> nodes) {
    if (all(nodes, JsonNode::isNumber)) {
      return Output.of(Tensor.of(nodes.stream().mapToDouble(JsonNode::asDouble).toArray()));
    }
    if (all(nodes, JsonNode::isArray)) {
      return arrays(nodes);
    }
    if (all(nodes, JsonNode::isObject)) {
      List<String> names = new ArrayList<>();
      nodes.get(0).fieldNames().forEachRemaining(names::add);
      if (all(nodes, node -> node.size() == names.size() && names.stream().allMatch(node::has))) {
        return Output.named(
            names, names.stream().map(name -> of(map(nodes, node -> node.get(name)))).toList());
      }
      return Output.tuple(nodes.size() == 1 ? List.of() : map(nodes, node -> of(List.of(node))));
    }
    long[] texts = nodes.stream().mapToLong(node -> node.toString().hashCode()).toArray();
    return Output.of(Tensor.of(texts));
  }

  private static Output arrays(List<JsonNode> nodes) {
    int size = nodes.get(0).size();
    if (!all(nodes, node -> node.size() == size)) {
      return Output.tuple(map(nodes, node -> of(List.of(node))));
    }
    List<JsonNode> elements = new ArrayList<>();
    nodes.forEach(node -> node.forEach(elements::add));
    Output lengths = Output.of(Tensor.of(new long[] {nodes.size(), size}));
    return elements.isEmpty() ? lengths : Output.tuple(List.of(lengths, of(elements)));
  }

  private static boolean all(List<JsonNode> nodes, Predicate<JsonNode> kind) {
    return nodes.stream().allMatch(kind);
  }

  private static <T> List<T> map(List<JsonNode> nodes, Function<JsonNode, T> part) {
    return nodes.stream().map(part).toList();
  }
}
