package io.github.vertexj.embedded;

import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.util.List;

/** Predicts how many minutes an order takes to the door; a real one would run a model. */
public final class DeliveryPredictor implements Predictor<Order, Double> {
  private static final double MINUTES_A_DISH = 4;
  private static final double MINUTES_A_KM = 2.5;

  @Override
  public List<Double> predict(List<Order> orders, Parameters parameters) {
    return orders.stream().map(DeliveryPredictor::minutes).toList();
  }

  private static double minutes(Order order) {
    return MINUTES_A_DISH * order.dishes() + MINUTES_A_KM * order.distanceKm();
  }
}
