package io.github.vertexj.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages as ONNX Runtime 1.29 and its CUDA provider have them. */
final class OnnxFailuresTest {
  private static final String NODE =
      "Non-zero status code returned while running X node. Name:'' Status Message: ";

  private static RuntimeException call(OrtErrorCode code, String message) {
    return OnnxFailures.call(new OrtException(code, message), "float32[2]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        NODE
            + "/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:359 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory for requested buffer of size 800000000000\n",
        NODE
            + "/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 Available memory of 17 is smaller than requested bytes of 4096",
        NODE + "CUDA error cudaErrorMemoryAllocation:out of memory",
        "std::bad_alloc"
      })
  void call_tooLittleMemory(String message) {
    assertThat(call(OrtErrorCode.ORT_FAIL, message)).isInstanceOf(OutOfMemoryException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        NODE
            + "CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=a ; file=/onnxruntime_src/x.cc ; line=1 ; expr=cudaStreamSynchronize(0);",
        NODE + "CUDA failure 719: unspecified launch failure ; GPU=0",
        NODE + "CUDNN failure 5000: CUDNN_STATUS_EXECUTION_FAILED ; GPU=0"
      })
  void call_lostDevice(String message) {
    assertThat(call(OrtErrorCode.ORT_FAIL, message)).isInstanceOf(DeviceLostException.class);
    assertThat(call(OrtErrorCode.ORT_DEVICE_RESET, "reset"))
        .isInstanceOf(DeviceLostException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        NODE
            + "/onnxruntime_src/onnxruntime/core/providers/cpu/tensor/reshape_helper.h:84 onnxruntime::ReshapeHelper::ReshapeHelper(const onnxruntime::TensorShape&, onnxruntime::TensorShapeVector&, bool) size != 0 && (input_shape_size % size) == 0 was false. The input tensor cannot be reshaped to the requested shape. Input shape:{2,3}, requested shape:{-1,7}\n",
        NODE
            + "/onnxruntime_src/onnxruntime/core/providers/cpu/math/element_wise_ops.h:583 void onnxruntime::BroadcastIterator::Append(ptrdiff_t, ptrdiff_t) axis == 1 || axis == largest was false. Attempting to broadcast an axis by a dimension other than 1. 2 by 3\n",
        NODE
            + "/onnxruntime_src/onnxruntime/core/providers/cpu/math/matmul_helper.h:144 onnxruntime::common::Status onnxruntime::MatMulComputeHelper::Compute(const onnxruntime::TensorShape&, const onnxruntime::TensorShape&, bool, bool, bool, bool) left operand cannot broadcast on dim 0 LeftShape: {2,3}, RightShape: {4,5}"
      })
  void call_shapesThatDoNotFit_areTheCallersFault(String message) {
    RuntimeException failure = call(OrtErrorCode.ORT_FAIL, message);

    assertThat(failure)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("the model cannot take an instance of float32[2]: ")
        .message()
        .doesNotContain("onnxruntime", "::", "/", ".h:");
  }

  @Test
  void call_argumentRefused_isTheCallersFault() {
    assertThat(
            call(
                OrtErrorCode.ORT_INVALID_ARGUMENT,
                NODE
                    + "indices element out of data bounds, idx=5 must be within the inclusive range [-5,4]"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the model cannot take an instance of float32[2]: indices element out of data bounds, idx=5 must be within the inclusive range [-5,4]");
  }

  @Test
  void call_anythingElse_isTheServersFault() {
    assertThat(call(OrtErrorCode.ORT_FAIL, NODE + "/onnxruntime_src/a/b.cc:1 f(int) it broke"))
        .isInstanceOf(IllegalStateException.class);
  }
}
