package io.github.vertexj.foreign;

import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * A model server as one writes it with Spring Boot: two mappings, and a developer's settings of
 * what an error shows.
 */
@SpringBootApplication(proxyBeanMethods = false)
@RestController
public class SpringServer {
  /** What a prediction is asked with. */
  record Envelope(List<double[]> instances) {}

  /** Starts it. */
  public static void main(String[] arguments) {
    SpringApplication.run(
        SpringServer.class,
        "--server.port=${AIP_HTTP_PORT:8080}",
        "--server.error.include-message=always",
        "--server.error.include-stacktrace=always",
        "--spring.main.banner-mode=off");
  }

  @GetMapping("${AIP_HEALTH_ROUTE:/health}")
  Map<String, String> health() {
    return Map.of("status", "healthy");
  }

  @PostMapping("${AIP_PREDICT_ROUTE:/predict}")
  Map<String, List<String>> predict(@RequestBody Envelope envelope) {
    return Map.of("predictions", envelope.instances().stream().map(Iris::nearest).toList());
  }
}
