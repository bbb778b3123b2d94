package io.github.vertexj.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchFailuresTest {
  private static final String TRACE =
      """
      The following operation failed in the TorchScript interpreter.
      Traceback of TorchScript, serialized code (most recent call last):
        File "code/__torch__.py", line 9, in forward
          raise RuntimeError("CUDA error: device-side assert triggered")
                ~~~~~~~~~~~~ <--- HERE

      Traceback of TorchScript, original code (most recent call last):
        File "/home/author/models/secret.py", line 194, in forward
          return x * 2
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mat1 and mat2 shapes cannot be multiplied (1x4 and 784x24)",
        "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1",
        "Given groups=1, weight of size [2, 1, 3, 3], expected input[1, 3, 8, 8] to have 1"
            + " channels, but got 3 channels instead",
        "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [1, 8]",
        "Dimension out of range (expected to be in range of [-1, 0], but got 1)",
        "Calculated padded input size per channel: (2 x 2). Kernel size: (3 x 3). Kernel size can't"
            + " be greater than actual input size",
        "Sizes of tensors must match except in dimension 1. Expected size 2 but got size 3 for"
            + " tensor number 1 in the list.",
        "Given normalized_shape=[8], expected input with shape [*, 8], but got input of size[1, 4]",
        "shape '[2, 8]' is invalid for input of size 3",
        "index out of range in self",
      })
  void call_wrongShape_isTheCallersFaultInLibtorchsWords(String sentence) {
    RuntimeException failure = call(TRACE + "RuntimeError: " + sentence + "\n");

    assertThat(failure)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the model cannot take an instance of float32[2]: " + sentence)
        .hasCauseInstanceOf(EngineException.class);
  }

  @Test
  void call_wrongShapeWithSourceInTheSentence_isToldWithoutIt() {
    assertThat(
            call(TRACE + "RuntimeError: size mismatch in /home/author/x.py, got input of size 3"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the model cannot take an instance of float32[2]");
  }

  @Test
  void call_scriptRaisesAboutShapes_staysAFailure() {
    EngineException failure =
        new EngineException(TRACE + "builtins.ValueError: shape is invalid for input of size 3");

    assertThat(TorchFailures.call(failure, Loaded.row(1, 2), false)).isSameAs(failure);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[enforce fail at alloc_cpu.cpp:119] err == 0. DefaultCPUAllocator: can't allocate memory:"
            + " you tried to allocate 281474976710656 bytes. Error code 12 (Cannot allocate"
            + " memory)",
        "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 22.06 GiB",
        "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported\nCompile"
            + " with `TORCH_USE_CUDA_DSA` to enable device-side assertions.",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "std::bad_alloc",
      })
  void call_noMemory_isOutOfMemory(String sentence) {
    assertThat(call(sentence)).isInstanceOf(OutOfMemoryException.class);
    assertThat(call(TRACE + "RuntimeError: " + sentence)).isInstanceOf(OutOfMemoryException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: device-side assert triggered\nCUDA kernel errors might be reported later",
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: unspecified launch failure",
        "CUDA error: uncorrectable ECC error encountered",
        "CUDA error: CUDA-capable device(s) is/are busy or unavailable",
        "CUDA error: misaligned address",
      })
  void call_gpuBroken_isDeviceLost(String sentence) {
    assertThat(call(sentence)).isInstanceOf(DeviceLostException.class);
    assertThat(call(TRACE + "RuntimeError: " + sentence)).isInstanceOf(DeviceLostException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Could not find any similar ops to foo::bar",
        "expected scalar type Float but found Double",
        "CUDA error: no kernel image is available for execution on the device",
        "division by zero",
      })
  void call_anythingElse_staysAFailure(String sentence) {
    assertThat(call(TRACE + "RuntimeError: " + sentence))
        .isNotInstanceOfAny(
            InvalidInputException.class, OutOfMemoryException.class, DeviceLostException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mat1 and mat2 must have the same dtype, but got Float and BFloat16",
        "Input type (float) and bias type (c10::Half) should be the same",
        "expected scalar type Half but found Float",
        "\"slow_conv2d_cpu\" not implemented for 'Half'",
      })
  void call_otherPrecision_namesItsSetting(String sentence) {
    RuntimeException failure = call(TRACE + "RuntimeError: " + sentence);

    assertThat(failure)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(sentence + "; option.dtype in serving.properties must say");
    assertThat(TorchFailures.wrongPrecision(failure)).isTrue();
  }

  @Test
  void call_noMessage_staysAFailure() {
    RuntimeException failure = new IllegalStateException();

    assertThat(TorchFailures.call(failure, Loaded.row(1), false)).isSameAs(failure);
  }

  private static RuntimeException call(String message) {
    return TorchFailures.call(new EngineException(message), Loaded.row(1, 2), false);
  }
}
