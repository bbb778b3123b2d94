package io.github.vertexj.bench;

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
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.Tensor;
import io.github.vertexj.Tensors;
import io.github.vertexj.djl.TorchScriptProvider;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.envelope.EnvelopeWriter;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.PooledBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The parts of a prediction, each of which can be run alone; one thread at a time each. */
final class Parts {
  private Parts() {}

  /** One request's worth of a part. */
  interface Part {
    /** Does it once. */
    void once() throws Exception;
  }

  /** Reading the envelope and writing the reply. */
  static Part codec(Workload workload, int instances) {
    byte[] body = workload.body(instances).bytes();
    BytePool pool = BytePool.of(1 << 24);
    EnvelopeReader<Tensors> reader =
        EnvelopeReader.of(
            InstanceReader.tensors(List.of(workload.input())), EnvelopeRules.DEFAULT, pool);
    EnvelopeWriter<Tensors> writer = EnvelopeWriter.of(PredictionWriter.databind(), pool);
    List<Tensors> predictions =
        Arrays.stream(Bodies.rows(instances, workload.answers()))
            .map(row -> Tensors.of(Tensor.of(row)))
            .toList();
    return () -> {
      try (PredictRequest<Tensors> request = reader.read(body, 0, body.length);
          PooledBuffer reply = writer.write(predictions, null)) {
        require(request.instances().size() == instances && reply.length() > 0);
      }
    };
  }

  /** A forward through DJL as its documentation has it, in and out of one direct buffer. */
  static Part model(Workload workload, Model model, int instances) {
    Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
    List<Tensor> rows = workload.rows(instances);
    ByteBuffer input =
        ByteBuffer.allocateDirect(instances * rows.get(0).length()).order(ByteOrder.nativeOrder());
    rows.forEach(row -> row.copyTo(input));
    input.rewind();
    Shape shape = shape(rows.get(0).shape().prepend(instances));
    Types types = new Types(DataType.valueOf(workload.input().type().name()), workload.modelType());
    int answers = instances * workload.answers();
    return () -> require(forward(model, predictor, input, shape, types) == answers);
  }

  /** What an input is of, and what the model wants it cast to. */
  private record Types(DataType sent, DataType wanted) {}

  private static Shape shape(io.github.vertexj.Shape shape) {
    return new Shape(Arrays.stream(shape.toArray()).asLongStream().toArray());
  }

  private static int forward(
      Model model, Predictor<NDList, NDList> predictor, ByteBuffer input, Shape shape, Types types)
      throws TranslateException {
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDArray rows = manager.create(input, shape, types.sent).toType(types.wanted, false);
      NDList answer = predictor.predict(new NDList(rows));
      answer.attach(manager);
      return answer.singletonOrThrow().toType(DataType.FLOAT32, false).toFloatArray().length;
    }
  }

  /** Loads a TorchScript file with nothing but DJL, on a GPU if there is one. */
  static Model load(Path directory) throws IOException, MalformedModelException {
    Model model = Model.newInstance(String.valueOf(directory.getFileName()), "PyTorch");
    model.load(directory);
    return model;
  }

  /** The library's predictor: rows stacked, forward, answers split. */
  static Part predictor(
      Workload workload, io.github.vertexj.Predictor<Tensors, Tensors> predictor, int instances) {
    List<Tensors> rows = workload.rows(instances).stream().map(Tensors::of).toList();
    return () -> require(predictor.predict(rows, Parameters.absent()).size() == instances);
  }

  /** Loads a model as the library does. */
  static LoadedModel<Tensors, Tensors> loaded(Workload workload, Path directory) {
    return TorchScriptProvider.of(workload.input())
        .load(DeployedModel.of(directory, Map.of()), stage -> {});
  }

  private static void require(boolean right) {
    if (!right) {
      throw new IllegalStateException("the part did not do its work");
    }
  }
}
