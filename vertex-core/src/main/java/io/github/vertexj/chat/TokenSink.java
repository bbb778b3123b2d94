package io.github.vertexj.chat;

/**
 * The reply to a chat, as its {@link TextGenerator} makes it.
 *
 * <p>If the client wants a stream, a piece is on its way when {@link #emit} returns, and a slow
 * client slows the generator down; only what may be the beginning of a stop sequence is held back.
 * To be used by one thread at a time, until the generator returns.
 */
public interface TokenSink {

  /**
   * Emits the text of one token.
   *
   * @param text any text, empty too
   * @return whether more is wanted; false at a stop sequence, which is left out of the reply, and
   *     when the reply has its last token
   * @throws io.github.vertexj.ClientGoneException if nobody waits for the reply any more
   * @throws IllegalStateException if no more was wanted already
   */
  default boolean emit(String text) {
    return emit(text, 1);
  }

  /**
   * Emits the text of several tokens, or of a part of one; see {@link #emit(String)}.
   *
   * @param tokens how many end in this text, at least 0
   */
  boolean emit(String text, int tokens);

  /** Says how many tokens the chat has, for the reply's {@code usage}; without that it says 0. */
  void promptTokens(int tokens);

  /**
   * Says why the reply ends, where it is neither {@code stop} (by itself, or at a stop sequence)
   * nor {@code length} (the most tokens), which need not be said.
   */
  void finishReason(String reason);
}
