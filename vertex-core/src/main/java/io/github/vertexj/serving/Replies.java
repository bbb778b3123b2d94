package io.github.vertexj.serving;

import io.github.vertexj.ClientGoneException;
import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.OverloadedException;
import io.github.vertexj.batch.BatcherClosedException;
import io.github.vertexj.batch.DeadlineExceededException;
import io.github.vertexj.envelope.InstanceFaults;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.UnwritablePredictionException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.slf4j.LoggerFactory;

/**
 * Every reply that is not a prediction, and the only place that knows HTTP status numbers (C3.40).
 *
 * <p>The texts are ours or meant for the caller by whoever wrote them; of any other failure the
 * caller learns only that it happened, and the log the rest.
 */
final class Replies {
  static final int OK = 200;
  static final int UNAVAILABLE = 503;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int TIMED_OUT = 408;
  private static final int TOO_LARGE = 413;
  private static final int UNSUPPORTED_MEDIA_TYPE = 415;
  private static final int OVERLOADED = 429;
  private static final int FAILED = 500;
  private static final int DEADLINE_EXCEEDED = 504;

  private static final Map<String, String> RETRY_SOON = Map.of("Retry-After", "1");
  private static final Map<String, String> RETRY_LATER = Map.of("Retry-After", "10");
  private static final FailureLog LOG =
      new FailureLog(LoggerFactory.getLogger(Replies.class), System::nanoTime);

  private Replies() {}

  /** Whether a status says that a request has failed. */
  static boolean isError(int status) {
    return status >= BAD_REQUEST;
  }

  static Reply notFound(String served) {
    return error(NOT_FOUND, "nothing is served at this path; this server answers " + served);
  }

  static Reply methodNotAllowed(String allowed) {
    return Reply.error(
        METHOD_NOT_ALLOWED,
        "this path does not take this method; allowed here: " + allowed,
        Map.of("Allow", allowed));
  }

  static Reply tooLarge(long maxBytes) {
    return error(
        TOO_LARGE,
        "the body is larger than the "
            + maxBytes
            + " bytes taken here; send fewer instances in a request");
  }

  /** The reply to a request that no thread is left for. */
  static Reply noThread() {
    return unavailable("the server has no thread for this request; send it again later");
  }

  /** The reply to a body that does not come on. */
  static Reply stalledBody() {
    return error(TIMED_OUT, "the body did not come on; send it again, without pauses");
  }

  /** The reply to a body that breaks off, or whose chunks are malformed. */
  static Reply brokenBody() {
    return error(BAD_REQUEST, "the body breaks off, or its chunks are malformed");
  }

  static Reply unsupportedMediaType(String what) {
    return error(UNSUPPORTED_MEDIA_TYPE, what);
  }

  static Reply notReady(Readiness readiness) {
    return switch (readiness.state()) {
      case STARTING -> unavailable("the model is not ready yet: " + readiness.reason());
      case FAILED -> unavailable("the model cannot serve: " + readiness.reason());
      case DRAINING, READY -> unavailable("the server is shutting down");
    };
  }

  /** Returns the reply to a request that failed for any reason, and logs what is our own fault. */
  static Reply failure(Throwable failure) {
    if (failure instanceof BadBodyException) {
      return error(BAD_REQUEST, text(failure));
    }
    if (failure instanceof InvalidInputException invalid) {
      return error(BAD_REQUEST, sentence(invalid, invalid.index()));
    }
    if (failure instanceof OverloadedException) {
      return Reply.error(OVERLOADED, text(failure), RETRY_SOON);
    }
    if (failure instanceof RequestMemory.TooCostlyException) {
      return error(TOO_LARGE, text(failure));
    }
    if (failure instanceof DeadlineExceededException) {
      return error(DEADLINE_EXCEEDED, "the prediction was not ready in time; its deadline passed");
    }
    if (failure instanceof BatcherClosedException) {
      return unavailable("the server is shutting down");
    }
    if (failure instanceof ClientGoneException) {
      return unavailable(text(failure));
    }
    if (failure instanceof CancellationException) {
      return unavailable("the client has gone"); // so nobody will read this
    }
    return ownFault(failure);
  }

  /** Puts a refused instance's error in its prediction's place, as the text of a 400 would be. */
  static void inPlace(InvalidInputException refusal, InstanceFaults faults) {
    int place = faults.place(refusal.index());
    faults.add(place, sentence(refusal, place));
  }

  private static String sentence(InvalidInputException refusal, int index) {
    return text(refusal) + (index < 0 ? "" : " at $.instances[" + index + "]");
  }

  /** Tells the log what the caller gets in a prediction's place. */
  static void logUnwritten(UnwritablePredictionException failure) {
    LOG.error("A prediction could not be written", failure);
  }

  private static Reply ownFault(Throwable failure) {
    if (failure instanceof OutOfMemoryException) {
      LOG.error("An instance did not fit into the device's memory", failure);
      return unavailable("the model's device has too little memory for an instance of this size");
    }
    if (failure instanceof OutOfMemoryError) {
      LOG.error("The heap had no room for a request", failure);
      return unavailable("the server has no memory for this request now; send it again later");
    }
    if (failure instanceof DeviceLostException) {
      return unavailable("the model's device is lost; send the request again, to another replica");
    }
    if (failure instanceof UnwritablePredictionException unwritten) {
      logUnwritten(unwritten);
      return error(FAILED, text(failure));
    }
    LOG.error("A prediction failed", failure);
    return error(FAILED, "the model failed on this request; the server's log says why");
  }

  private static Reply unavailable(String text) {
    return Reply.error(UNAVAILABLE, text, RETRY_LATER);
  }

  private static Reply error(int status, String text) {
    return Reply.error(status, text, Map.of());
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? "the input is not valid" : message;
  }
}
