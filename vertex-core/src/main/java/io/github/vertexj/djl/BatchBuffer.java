package io.github.vertexj.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory outside the Java heap that instances are stacked in, used again for each batch.
 *
 * <p>libtorch reads it in place, and an output may be a view of it: outputs are copied before the
 * next batch. Not thread-safe.
 */
final class BatchBuffer {
  private static final int ALIGNMENT = 64;

  private final int mostKept;
  private ByteBuffer memory = ByteBuffer.allocateDirect(0);

  /**
   * Creates an empty buffer.
   *
   * @param mostKept a batch of more bytes gets memory of its own, so that one peak is not kept for
   *     good
   */
  BatchBuffer(int mostKept) {
    this.mostKept = mostKept;
  }

  /**
   * Stacks instances, all of equal form, types and shapes, on a new first dimension.
   *
   * @return one array for each tensor of an instance, in its order
   */
  List<NDArray> stack(List<Tensors> instances, NDManager manager) {
    Tensors first = instances.get(0);
    long total = 0;
    for (Tensor tensor : first.list()) {
      total += aligned((long) tensor.length() * instances.size());
    }
    ByteBuffer buffer = memory(total);
    List<NDArray> arrays = new ArrayList<>(first.size());
    int offset = 0;
    for (int place = 0; place < first.size(); place++) {
      int length = first.get(place).length() * instances.size();
      // libtorch takes a buffer's first byte, whatever its position, and the machine's byte order
      ByteBuffer slice = buffer.slice(offset, length).order(ByteOrder.nativeOrder());
      for (Tensors instance : instances) {
        instance.get(place).copyTo(slice);
      }
      arrays.add(array(slice.rewind(), first.get(place), instances.size(), manager));
      offset += (int) aligned(length);
    }
    return arrays;
  }

  private static NDArray array(ByteBuffer slice, Tensor row, int rows, NDManager manager) {
    long[] dimensions = new long[row.shape().rank() + 1];
    dimensions[0] = rows;
    for (int axis = 1; axis < dimensions.length; axis++) {
      dimensions[axis] = row.shape().dimension(axis - 1);
    }
    return manager.create(slice, new Shape(dimensions), dataType(row.type()));
  }

  /** The engine's type; it ends the process on one that is not in this list. */
  private static DataType dataType(TensorType type) {
    return switch (type) {
      case FLOAT32 -> DataType.FLOAT32;
      case FLOAT64 -> DataType.FLOAT64;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
      case UINT8 -> DataType.UINT8;
      case BOOL -> DataType.BOOLEAN;
    };
  }

  private ByteBuffer memory(long bytes) {
    if (bytes <= memory.capacity()) {
      return memory;
    }
    try {
      if (bytes <= mostKept) {
        int twice = (int) Math.min(2L * memory.capacity(), mostKept);
        memory = ByteBuffer.allocateDirect(Math.max((int) bytes, twice));
        return memory;
      }
      return ByteBuffer.allocateDirect(Math.toIntExact(bytes));
    } catch (OutOfMemoryError | ArithmeticException e) {
      throw new OutOfMemoryException("a batch of " + bytes + " bytes finds no memory", e);
    }
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
