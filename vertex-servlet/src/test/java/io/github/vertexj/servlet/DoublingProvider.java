package io.github.vertexj.servlet;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The provider that the initializer finds here: twice the number. */
public final class DoublingProvider implements PredictorProvider<Integer, Integer> {
  static final AtomicInteger CLOSED = new AtomicInteger();

  /** Creates the provider, which the ServiceLoader does. */
  public DoublingProvider() {}

  @Override
  public InstanceReader<Integer> instanceReader() {
    return InstanceReader.of(Integer.class);
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
