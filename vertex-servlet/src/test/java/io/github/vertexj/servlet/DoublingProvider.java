package io.github.vertexj.servlet;

import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.Handlers;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
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
  public InstanceReader<Integer> instanceReader() {
    return InstanceReader.of(Integer.class);
  }

  @Override
  public void register(Handlers<Integer, Integer> handlers) {
    handlers.onRoute("GET", "/twice", DoublingProvider::twice);
  }

  private static RawReply twice(RawRequest request, BatchedPredictor<Integer, Integer> predictor) {
    return RawReply.text(predictor.predict(Integer.valueOf(request.query())).toString());
  }

  @Override
  public Predictor<Integer, Integer> newPredictor(int worker) {
    return DoublingProvider::predict;
  }

  private static List<Integer> predict(List<Integer> instances, Parameters parameters) {
    return instances.stream().map(number -> 2 * number).toList();
  }

  @Override
  public void close() {
    CLOSED.incrementAndGet();
  }
}
