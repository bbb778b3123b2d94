package io.github.vertexj;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a predictor may know of the request that an instance came with.
 *
 * <p>It may be asked until {@link Predictor#predict} returns. Thread-safe.
 */
public interface ReceivedRequest {

  /** No request, as where a program predicts without a server or a model is warmed up. */
  ReceivedRequest NONE =
      new ReceivedRequest() {
        @Override
        public @Nullable String header(String name) {
          return null;
        }

        @Override
        public Duration timeLeft() {
          return ChronoUnit.FOREVER.getDuration();
        }

        @Override
        public boolean abandoned() {
          return false;
        }
      };

  /**
   * The first value of a header by its name in any case, if it holds nothing but printable
   * characters and tabs, and at most 8,192 of them; null if not, if absent, or if nobody waits for
   * the reply any more.
   */
  @Nullable String header(String name);

  /** The trace that the request belongs to (C3.45); null if it does not say, or not properly. */
  default @Nullable Trace trace() {
    return Trace.of(this::header);
  }

  /** How long the reply may still take; negative once it is too late. */
  Duration timeLeft();

  /** Whether nobody waits for the reply any more: what is predicted for it is in vain. */
  boolean abandoned();
}
