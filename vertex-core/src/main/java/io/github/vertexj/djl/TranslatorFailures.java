package io.github.vertexj.djl;

import ai.djl.engine.EngineException;
import ai.djl.translate.TranslateException;
import io.github.vertexj.InvalidInputException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the failures of a translator mean that was given an instance.
 *
 * <p>By an IllegalArgumentException or a TranslateException of its own it says that the instance is
 * at fault. All else is the translator's.
 */
final class TranslatorFailures {
  private TranslatorFailures() {}

  /**
   * Returns what to throw for an instance that could not be made tensors of.
   *
   * @param index the instance; negative if it may be any
   */
  static Exception input(int index, Exception failure) {
    if (failure instanceof InvalidInputException invalid) {
      return named(index, String.valueOf(invalid.getMessage()), failure);
    }
    boolean translators = failure instanceof TranslateException && !ownFault(failure.getCause());
    if (!translators && !(failure instanceof IllegalArgumentException)) {
      return failure;
    }
    String sentence = TorchFailures.shown(String.valueOf(failure.getMessage()));
    return named(index, "the instance cannot be read as the model's input" + sentence, failure);
  }

  private static boolean ownFault(@Nullable Throwable cause) {
    return cause instanceof IOException
        || cause instanceof EngineException
        || cause instanceof Error
        || (cause instanceof RuntimeException && !(cause instanceof IllegalArgumentException));
  }

  private static InvalidInputException named(int index, String message, Exception cause) {
    InvalidInputException invalid =
        index < 0 ? new InvalidInputException(message) : InvalidInputException.at(index, message);
    invalid.initCause(cause);
    return invalid;
  }
}
