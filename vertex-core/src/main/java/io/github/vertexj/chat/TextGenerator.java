package io.github.vertexj.chat;

import io.github.vertexj.BatchedPredictor;

/**
 * A function that answers a chat, token by token.
 *
 * <p>Each step asks the {@link BatchedPredictor}, so that the chats under way share the model's
 * batches:
 *
 * <pre>{@code
 * (chat, model, out) -> {
 *   Step step = model.predict(Step.first(chat.messages()));
 *   while (!step.last() && out.emit(step.text())) {
 *     step = model.predict(step.next());
 *   }
 * }
 * }</pre>
 *
 * <p>Stop sequences, the number of tokens, and the shapes of replies and streams are the library's
 * business. Implementations must be thread-safe: each call has a thread of its own.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
@FunctionalInterface
public interface TextGenerator<I, P> {

  /**
   * Generates the reply to a chat; returns at its end, or when {@link TokenSink#emit} says that no
   * more is wanted.
   *
   * @param predictor the model, for this request
   * @throws io.github.vertexj.InvalidInputException if the caller's input is at fault: status 400
   *     with its text, if nothing was emitted yet
   * @throws Exception for any other failure; once something was emitted, it breaks a stream off
   */
  void generate(ChatRequest chat, BatchedPredictor<I, P> predictor, TokenSink out) throws Exception;
}
