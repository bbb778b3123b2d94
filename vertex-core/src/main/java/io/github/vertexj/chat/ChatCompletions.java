package io.github.vertexj.chat;

import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.RawHandler;
import io.github.vertexj.RawReply;
import io.github.vertexj.RawRequest;
import io.github.vertexj.ReplyStream;

/**
 * A handler of chat completions, as OpenAI's clients and the platform's own containers speak them,
 * whole and streamed.
 *
 * <p>Registered by {@code handlers.onFormat(ChatCompletions.FORMAT, …)}, it answers what the
 * platform forwards from its {@code chat/completions} (C4.23), and instances of that format
 * (C4.24); by {@code handlers.onRoute("POST", "/v1/chat/completions", …)}, also OpenAI's clients
 * themselves. The chat's {@code model} is not looked at but said again in the reply; {@code n}
 * beyond 1 is refused, and so are content other than text, tools, {@code logprobs} and response
 * formats unless {@link #acceptingEverything}.
 *
 * <p>Immutable, and thread-safe as the generator must be.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
public final class ChatCompletions<I, P> implements RawHandler<I, P> {
  /** The name of this request format. */
  public static final String FORMAT = "chatCompletions";

  private static final int USUAL_TOKEN_LIMIT = 4096;

  private final TextGenerator<I, P> generator;
  private final String modelName;
  private final int tokenLimit;
  private final boolean everything;

  private ChatCompletions(
      TextGenerator<I, P> generator, String modelName, int tokenLimit, boolean everything) {
    this.generator = generator;
    this.modelName = modelName;
    this.tokenLimit = tokenLimit;
    this.everything = everything;
  }

  /** Returns a handler whose replies a generator makes, of up to 4,096 tokens. */
  public static <I, P> ChatCompletions<I, P> of(TextGenerator<I, P> generator) {
    return new ChatCompletions<>(generator, "model", USUAL_TOKEN_LIMIT, false);
  }

  /** Returns this handler with what a reply calls the model if the chat does not name it. */
  public ChatCompletions<I, P> withModelName(String name) {
    return new ChatCompletions<>(generator, name, tokenLimit, everything);
  }

  /** Returns this handler with another limit of a reply's tokens, also for chats that set none. */
  public ChatCompletions<I, P> withTokenLimit(int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("the token limit must be at least 1, not " + tokens);
    }
    return new ChatCompletions<>(generator, modelName, tokens, everything);
  }

  /**
   * Returns this handler without refusals of messages and features that not every model has: the
   * generator finds them in the JSON of the chat and its messages.
   */
  public ChatCompletions<I, P> acceptingEverything() {
    return new ChatCompletions<>(generator, modelName, tokenLimit, true);
  }

  @Override
  public RawReply handle(RawRequest request, BatchedPredictor<I, P> predictor) throws Exception {
    ChatRequest chat = new ChatRequest(request.json(), tokenLimit, everything);
    CompletionShape shape = CompletionShape.of(chat.model(modelName), chat.includeUsage());
    return chat.stream()
        ? RawReply.events(out -> stream(chat, shape, predictor, out))
        : complete(chat, shape, predictor);
  }

  private RawReply complete(
      ChatRequest chat, CompletionShape shape, BatchedPredictor<I, P> predictor) throws Exception {
    StringBuilder text = new StringBuilder();
    Completion completion = new Completion(chat, text::append, predictor::abandoned);
    generator.generate(chat, predictor, completion);
    String reason = completion.end();
    return RawReply.json(shape.completion(text.toString(), reason, completion.usage()));
  }

  /** Begins with the first text, so that a failure before it is an ordinary error. */
  private void stream(
      ChatRequest chat, CompletionShape shape, BatchedPredictor<I, P> predictor, ReplyStream out)
      throws Exception {
    ChunkWriter chunks = new ChunkWriter(shape, out);
    Completion completion = new Completion(chat, chunks::text, predictor::abandoned);
    generator.generate(chat, predictor, completion);
    chunks.end(completion.end(), completion.usage());
  }
}
