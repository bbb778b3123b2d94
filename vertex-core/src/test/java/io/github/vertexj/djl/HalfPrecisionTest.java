package io.github.vertexj.djl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Shape;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in half precision beside the same one in float32; clients see float32 of all. */
final class HalfPrecisionTest {
  private static final TensorSpec PIXELS = TensorSpec.of(TensorType.FLOAT32, 1, 8, 8);
  private static final TensorSpec ANY = TensorSpec.of(TensorType.FLOAT32, 1, Shape.ANY, Shape.ANY);

  /** The bits of a mantissa are 11 and 8: a probability near 0.1 is rounded by 3e-5 and 2.5e-4. */
  @ParameterizedTest
  @CsvSource({"fp16, 0.0003", "bf16, 0.003"})
  void predict_modelInHalf_isCloseToFloat32AndOfItsTypes(String dtype, float tolerance)
      throws Exception {
    Tensors[] instances = {pixels(1), pixels(2), pixels(3)};
    try (Loaded full = Loaded.model("cnn_fp32", PIXELS);
        Loaded half = Loaded.model("cnn_" + dtype, Map.of("option.dtype", dtype), PIXELS)) {
      List<Tensors> expected = full.predict(instances);
      List<Tensors> predictions = half.predict(instances);

      assertThat(predictions).hasSameSizeAs(expected);
      for (int row = 0; row < instances.length; row++) {
        Tensor prediction = predictions.get(row).get(0);
        assertThat(prediction.type()).isEqualTo(TensorType.FLOAT32);
        assertThat(prediction.toFloats())
            .containsExactly(expected.get(row).get(0).toFloats(), within(tolerance));
        assertThat(prediction.toFloats()).isNotEqualTo(expected.get(row).get(0).toFloats());
      }
      assertThat(jsonForm(predictions)).isEqualTo(jsonForm(expected));
      half.predictor().warmUp(List.of(), 4);
    }
  }

  @Test
  void predict_bfloat16_roundsToEightBits() throws Exception {
    try (Loaded identity = Loaded.model("identity", Map.of("option.dtype", "bf16"))) {
      Tensor prediction = identity.predict(Loaded.row(1.1f, -3e38f, 0)).get(0).get(0);

      assertThat(prediction.toFloats())
          .containsExactly(1.1015625f, Float.intBitsToFloat(0xff62 << 16), 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp16", "bf16"})
  void predict_wholeNumbersAndTruths_areNotCast(String dtype) throws Exception {
    Tensor large = Tensor.of(new long[] {Long.MAX_VALUE, -1});
    Tensor truths = Tensor.of(new boolean[] {true, false});
    try (Loaded identity = Loaded.model("identity", Map.of("option.dtype", dtype))) {
      for (Tensor row : List.of(large, truths)) {
        Tensor prediction = identity.predict(Tensors.of(row)).get(0).get(0);
        assertThat(prediction.type()).isEqualTo(row.type());
        assertThat(prediction.bytes()).isEqualTo(row.bytes());
      }
    }
  }

  @Test
  void predict_namedInputsAndOutputs_areCastEach() throws Exception {
    try (Loaded inputs = Loaded.model("dict_input", Map.of("option.dtype", "bf16"));
        Loaded outputs = Loaded.model("dict_output", Map.of("option.dtype", "fp16"))) {
      Tensor row = Tensor.of(new float[] {1.1f});
      Tensors instance = Tensors.named(List.of("a", "b"), List.of(row, row));

      assertThat(inputs.predict(instance).get(0).get(0).toFloats()).containsExactly(2.203125f);
      assertThat(outputs.predict(Loaded.row(1, 2)).get(0).names()).containsExactly("double", "sum");
    }
  }

  @ParameterizedTest
  @CsvSource({"cnn_fp32, fp16, half()", "cnn_fp32, bf16, bfloat16()", "cnn_fp16, bf16, bfloat16()"})
  void load_weightsOfAnotherType_stopsTheStart(String model, String dtype, String conversion)
      throws Exception {
    DeployedModel deployed =
        DeployedModel.of(Loaded.directory(model), Map.of("option.dtype", dtype));

    assertThatThrownBy(() -> new TorchScriptProvider().load(deployed, stage -> {}))
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("option.dtype=" + dtype + " in serving.properties, but")
        .hasMessageContaining("torch.jit.script(model." + conversion + ").save(file)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn_fp16", "cnn_bf16"})
  void warmUp_settingMissing_stopsTheStartAndNamesIt(String name) throws Exception {
    for (TensorSpec spec : List.of(PIXELS, ANY)) {
      try (Loaded model = Loaded.model(name, spec)) {
        assertThatThrownBy(() -> model.predictor().warmUp(List.of(), 2))
            .isInstanceOf(StartException.class)
            .hasMessageContaining("option.dtype in serving.properties must say what");
      }
    }
  }

  private static Tensors pixels(int seed) {
    float[] values = new float[64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(seed + 1.3 * i);
    }
    return Tensors.of(Tensor.of(values, 1, 8, 8));
  }

  /** An envelope's text without the digits of its numbers. */
  private static String jsonForm(List<Tensors> predictions) {
    EnvelopeWriter<Tensors> writer =
        EnvelopeWriter.of(PredictionWriter.databind(), BytePool.of(1 << 16));
    try (PooledBuffer reply = writer.write(predictions, null)) {
      String text = new String(reply.array(), 0, reply.length(), UTF_8);
      return text.replaceAll("\\d+\\.\\d+", "0.1");
    }
  }
}
