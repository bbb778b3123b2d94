package io.github.vertexj.bench;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.djl.TorchScriptProvider;
import io.github.vertexj.envelope.BytePool;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.envelope.ReplyBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The parts of a prediction, each of which can be run alone; one thread at a time each. */
final class Parts {
  private static final int ANSWERS = 10;
  private static final TensorSpec SPEC =
      new TensorSpec("", TensorType.FLOAT32, io.github.vertexj.Shape.of(Bodies.NUMBERS));

  private Parts() {}

  /** One request's worth of a part. */
  interface Part {
    /** Does it once. */
    void once() throws Exception;
  }

  /** Reading the envelope and writing the reply. */
  static Part codec(int instances) {
    byte[] body = Bodies.envelope(instances);
    BytePool pool = BytePool.of(1 << 24);
    EnvelopeReader<Tensors> reader =
        EnvelopeReader.of(InstanceReader.tensors(List.of(SPEC)), EnvelopeRules.DEFAULT, pool);
    EnvelopeWriter<Tensors> writer = EnvelopeWriter.of(PredictionWriter.databind(), pool);
    List<Tensors> predictions =
        Arrays.stream(Bodies.rows(instances, ANSWERS))
            .map(row -> Tensors.of(Tensor.of(row)))
            .toList();
    return () -> {
      try (PredictRequest<Tensors> request = reader.read(body, 0, body.length);
          ReplyBuffer reply = writer.write(predictions, null)) {
        require(request.instances().size() == instances && reply.length() > 0);
      }
    };
  }

  /** A forward through DJL as its documentation has it, in and out of one direct buffer. */
  static Part model(Model model, int instances) {
    Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
    Shape shape = new Shape(instances, Bodies.NUMBERS);
    ByteBuffer input =
        ByteBuffer.allocateDirect(instances * Bodies.NUMBERS * Float.BYTES)
            .order(ByteOrder.nativeOrder());
    for (float[] row : Bodies.rows(instances, Bodies.NUMBERS)) {
      for (float value : row) {
        input.putFloat(value);
      }
    }
    input.rewind();
    return () -> require(forward(model, predictor, input, shape) == instances * ANSWERS);
  }

  private static int forward(
      Model model, Predictor<NDList, NDList> predictor, ByteBuffer input, Shape shape)
      throws TranslateException {
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDArray rows = manager.create(input, shape, DataType.FLOAT32);
      NDList answer = predictor.predict(new NDList(rows));
      answer.attach(manager);
      return answer.singletonOrThrow().toFloatArray().length;
    }
  }

  /** Loads a TorchScript file with nothing but DJL. */
  static Model load(Path directory) throws IOException, MalformedModelException {
    Model model =
        Model.newInstance(String.valueOf(directory.getFileName()), Device.cpu(), "PyTorch");
    model.load(directory);
    return model;
  }

  /** The library's predictor: rows stacked, forward, answers split. */
  static Part predictor(TorchScriptProvider provider, int instances) {
    io.github.vertexj.Predictor<Tensors, Tensors> predictor = provider.newPredictor(0);
    Tensors row = Tensors.of(Tensor.of(Bodies.rows(1, Bodies.NUMBERS)[0]));
    List<Tensors> rows = Collections.nCopies(instances, row);
    return () -> require(predictor.predict(rows, Parameters.absent()).size() == instances);
  }

  /** Loads the library's provider. */
  static TorchScriptProvider provider(Path directory) {
    TorchScriptProvider provider = TorchScriptProvider.of(SPEC);
    provider.load(DeployedModel.of(directory, Map.of()), stage -> {});
    return provider;
  }

  private static void require(boolean right) {
    if (!right) {
      throw new IllegalStateException("the part did not do its work");
    }
  }
}
