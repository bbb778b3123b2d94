package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.serving.PredictionHandler;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The tests that an HTTP adapter passes: all of the wire behaviour that the platform's container
 * contract asks of a server, over real connections.
 *
 * <p>The author of an adapter inherits this class and says how a handler is served:
 *
 * <pre>{@code
 * final class MyAdapterTest extends AdapterContract {
 *   @Override
 *   protected RunningServer serve(PredictionHandler handler) {
 *     MyServer server = MyServer.listen(0, handler);
 *     return RunningServer.of(server.port(), server::stop);
 *   }
 * }
 * }</pre>
 *
 * <p>The names of the tests say what is required, after the clause of the contract. Each test has
 * its own server on its own port, so they may run in parallel.
 */
public abstract class AdapterContract {

  /** For subclasses. */
  protected AdapterContract() {}

  /**
   * Starts a server that passes every request to a handler.
   *
   * <p>The tests start the handler after this has returned, and close it before they close the
   * server: an adapter under test does neither.
   *
   * @param handler neither started nor ready
   * @return a server that listens already
   */
  protected abstract RunningServer serve(PredictionHandler handler) throws Exception;

  /**
   * The tests that this adapter cannot pass, by name, each with the reason; they are reported as
   * aborted with it.
   */
  protected Map<String, String> notKept() {
    return Map.of();
  }

  /**
   * The statuses of errors after which the HTTP server below this adapter closes the connection and
   * says so; after any other the tests go on with the same connection. None, unless the server
   * leaves no choice.
   */
  protected Set<Integer> closingStatuses() {
    return Set.of();
  }

  @Test
  final void tests_not_kept_exist() {
    Set<String> tests =
        Stream.of(AdapterContract.class.getDeclaredClasses())
            .flatMap(topic -> Stream.of(topic.getSuperclass().getDeclaredMethods()))
            .map(Method::getName)
            .collect(Collectors.toSet());
    assertThat(tests).containsAll(notKept().keySet());
  }

  @Nested
  final class Health extends HealthContract {
    Health() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class Routes extends RoutesContract {
    Routes() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class Envelopes extends EnvelopeContract {
    Envelopes() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class BatchPrediction extends BatchPredictionContract {
    BatchPrediction() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class ErrorsOfInstances extends InstanceErrorContract {
    ErrorsOfInstances() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class ReceivedRequests extends ReceivedContract {
    ReceivedRequests() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class BadInput extends BadInputContract {
    BadInput() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class Formats extends FormatsContract {
    Formats() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class Raw extends RawContract {
    Raw() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class RequestFormats extends RequestFormatContract {
    RequestFormats() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class Streams extends StreamContract {
    Streams() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class EndsOfStreams extends StreamEndContract {
    EndsOfStreams() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class Faults extends FaultContract {
    Faults() {
      super(AdapterContract.this);
    }
  }

  @Nested
  final class Load extends LoadContract {
    Load() {
      super(AdapterContract.this, EchoModel.OF_JSON);
    }
  }

  @Nested
  final class LoadOfTensors extends LoadContract {
    LoadOfTensors() {
      super(AdapterContract.this, EchoModel.OF_TENSORS);
    }
  }
}
