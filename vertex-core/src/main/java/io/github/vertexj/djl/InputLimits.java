package io.github.vertexj.djl;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The limits of inputs that are places in a table of the model, as ids of tokens are.
 *
 * <p>One beyond the table is only an error on the CPU. On a GPU it is a fault that the whole
 * process loses the device by, so that one bad instance would hurt everybody: hence it is found
 * before. Immutable and thread-safe.
 */
record InputLimits(List<Limit> limits) {
  static final InputLimits NONE = new InputLimits(List.of());

  /** The types that have limits. */
  static final Set<TensorType> WHOLE =
      Collections.unmodifiableSet(EnumSet.of(TensorType.INT32, TensorType.INT64, TensorType.UINT8));

  /**
   * The limit of one input.
   *
   * @param place which of an instance's tensors it is, where none has its name
   * @param most the greatest number; the least is 0
   */
  record Limit(int place, TensorSpec input, long most) {
    private void check(Tensors instance, int index) {
      int named =
          instance.form() == Tensors.Form.NAMED ? instance.names().indexOf(input.name()) : -1;
      int at = named < 0 ? place : named;
      if (at >= instance.size() || !WHOLE.contains(instance.get(at).type())) {
        return; // the model will say what is wrong
      }
      Tensor tensor = instance.get(at);
      for (int element = 0; element < tensor.elements(); element++) {
        long number = tensor.integer(element);
        if (number < 0 || number > most) {
          String name = input.name().isEmpty() ? "each element" : "each element of " + input.name();
          throw InvalidInputException.at(index, name + " must be from 0 to " + most);
        }
      }
    }
  }

  /** How many places the table of each input has, by the input's name. */
  Map<String, Long> places() {
    Map<String, Long> places = new HashMap<>();
    limits.forEach(limit -> places.put(limit.input().name(), limit.most() + 1));
    return places;
  }

  /**
   * Checks instances.
   *
   * @throws InvalidInputException of the first that holds a number beyond a limit
   */
  void check(List<Tensors> instances) {
    for (Limit limit : limits) {
      for (int index = 0; index < instances.size(); index++) {
        limit.check(instances.get(index), index);
      }
    }
  }
}
