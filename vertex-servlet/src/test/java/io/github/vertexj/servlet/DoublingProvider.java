package io.github.vertexj.servlet;

import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.Handlers;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.RawRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The provider that the initializer finds here: twice the number, also by {@code GET /twice?<n>}.
 */
public final class DoublingProvider implements PredictorProvider<Integer, Integer> {
  static final AtomicInteger CLOSED = new AtomicInteger();

  /** Creates the provider, which the ServiceLoader does. */
  public DoublingProvider() {}

  @Override
  public void register(Handlers<Integer, Integer> handlers) {
    handlers.onRoute("GET", "/twice", DoublingProvider::twice);
  }

  private static RawReply twice(RawRequest request, BatchedPredictor<Integer, Integer> predictor) {
    return RawReply.text(predictor.predict(Integer.valueOf(request.query())).toString());
  }

  @Override
  public LoadedModel<Integer, Integer> load(DeployedModel model, LoadProgress progress) {
    return LoadedModel.builder(Integer.class, worker -> DoublingProvider::predict)
        .onClose(CLOSED::incrementAndGet)
        .build();
  }

  private static List<Integer> predict(List<Integer> instances, Parameters parameters) {
    return instances.stream().map(number -> 2 * number).toList();
  }
}
