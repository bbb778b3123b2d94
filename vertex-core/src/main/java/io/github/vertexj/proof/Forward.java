package io.github.vertexj.proof;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import java.util.List;

/**
 * One call of a model, with the rows of one or several instances stacked, and what it answers as it
 * comes: not split.
 *
 * @param <R> what an instance is to the engine, such as {@link io.github.vertexj.Tensors}
 */
@FunctionalInterface
public interface Forward<R> {

  /**
   * Runs the model.
   *
   * @param rows at least one instance; all can be stacked
   * @return the outputs, whose memory stays valid
   * @throws InvalidInputException if the model cannot take these instances
   * @throws OutOfMemoryException if so many do not fit into the device's memory
   * @throws DeviceLostException if the model can never run again
   */
  Output run(List<R> rows) throws Exception;
}
