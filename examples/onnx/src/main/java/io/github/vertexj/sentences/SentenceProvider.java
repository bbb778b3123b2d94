package io.github.vertexj.sentences;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.onnx.OnnxProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A provider of text embeddings: an instance is a text, a prediction its vector.
 *
 * <p>Texts are split on the threads that read requests, beside the model. They are filled up to the
 * next sixteen tokens, so that those of nearly equal length share a batch.
 */
public final class SentenceProvider implements PredictorProvider<String, float[]> {
  private static final int STEP = 16;
  private static final List<String> INPUTS = List.of("input_ids", "attention_mask");

  private final OnnxProvider encoder = new OnnxProvider();

  @Override
  public LoadedModel<String, float[]> load(DeployedModel model, LoadProgress progress)
      throws Exception {
    HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(
            Objects.requireNonNull(model.directory()).resolve("tokenizer.json"));
    return encoder
        .load(model, progress)
        .converted(
            String.class,
            text -> tensors(tokenizer.encode(text)),
            embedding -> embedding.get(0).toFloats())
        .toBuilder()
        .onClose(tokenizer)
        .build();
  }

  private static Tensors tensors(Encoding encoding) {
    int length = (encoding.getIds().length + STEP - 1) / STEP * STEP;
    Tensor ids = Tensor.of(Arrays.copyOf(encoding.getIds(), length));
    Tensor mask = Tensor.of(Arrays.copyOf(encoding.getAttentionMask(), length));
    return Tensors.named(INPUTS, List.of(ids, mask));
  }

  @Override
  public Set<String> settingNames() {
    return encoder.settingNames();
  }
}
