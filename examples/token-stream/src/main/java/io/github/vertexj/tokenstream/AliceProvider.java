package io.github.vertexj.tokenstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.vertexj.BatchedPredictor;
import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.Handlers;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.RawReply;
import io.github.vertexj.RawRequest;
import io.github.vertexj.Shape;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import io.github.vertexj.chat.ChatCompletions;
import io.github.vertexj.chat.ChatMessage;
import io.github.vertexj.chat.ChatRequest;
import io.github.vertexj.chat.TokenSink;
import io.github.vertexj.djl.TorchScriptProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Serves a model that writes on as Lewis Carroll might have. */
public final class AliceProvider implements PredictorProvider<Step, Next> {
  private static final int STATE = 96;
  private static final String END_OF_PARAGRAPH = "\n";
  private static final int MOST_LETTERS = 1_000;
  private static final double TEMPERATURE = 0.6;

  private final PredictorProvider<Tensors, Tensors> model =
      TorchScriptProvider.of(
          new TensorSpec("letter", TensorType.INT64, Shape.SCALAR),
          TensorSpec.of(TensorType.FLOAT32, STATE).named("state"));
  private Letters letters = new Letters("");

  /** Creates the provider that the launcher finds. */
  public AliceProvider() {}

  @Override
  public LoadedModel<Step, Next> load(DeployedModel deployed, LoadProgress progress)
      throws Exception {
    if (deployed.directory() == null) {
      throw new StartException(
          "where is the model? Start with --model examples/token-stream/alice");
    }
    letters = Letters.read(deployed.directory().resolve("letters.json"));
    return model
        .load(deployed, progress)
        .converted(Step.class, this::toModel, AliceProvider::fromModel);
  }

  private Tensors toModel(Step step) {
    float[] state = step.state() == null ? new float[STATE] : step.state();
    if (step.letter() < 0 || step.letter() >= letters.all().length() || state.length != STATE) {
      throw new InvalidInputException("a letter's number, and a state of 96 numbers, are wanted");
    }
    Tensor letter = Tensor.of(new long[] {step.letter()}).row(0); // a scalar
    return Tensors.ordered(List.of(letter, Tensor.of(state)));
  }

  private static Next fromModel(Tensors next) {
    return new Next(next.get(0).toFloats(), next.get(1).toFloats());
  }

  @Override
  public Set<String> settingNames() {
    return model.settingNames();
  }

  @Override
  public List<Check> checks(DeployedModel deployed) {
    return model.checks(deployed);
  }

  @Override
  public void register(Handlers<Step, Next> handlers) {
    ChatCompletions<Step, Next> chat =
        ChatCompletions.of(this::answer).withModelName("alice").withTokenLimit(MOST_LETTERS);
    handlers
        .onMediaType("text/plain", this::writeOn)
        .onFormat("generate", this::generate)
        .onRoute("POST", "/generate", this::generate)
        .onFormat(ChatCompletions.FORMAT, chat)
        .onRoute("POST", "/v1/chat/completions", chat);
  }

  /** Answers a text with what follows it, letter by letter. */
  private RawReply writeOn(RawRequest request, BatchedPredictor<Step, Next> model) {
    Story story = story(request.text(), sampler(), model);
    return RawReply.stream("text/plain; charset=utf-8", out -> tell(story, out::write));
  }

  /** Answers {@code {"prompt": "…"}}, with events if it also has {@code "stream": true}. */
  private RawReply generate(RawRequest request, BatchedPredictor<Step, Next> model) {
    JsonNode json = request.json();
    if (!json.path("prompt").isTextual()) {
      throw new InvalidInputException("text is wanted, at $.prompt");
    }
    Story story = story(json.get("prompt").textValue(), sampler(), model);
    if (json.path("stream").booleanValue()) {
      return RawReply.events(
          out -> {
            tell(story, letter -> out.event(TextNode.valueOf(letter).toString()));
            out.event("[DONE]");
          });
    }
    StringBuilder text = new StringBuilder();
    tell(story, text::append);
    return RawReply.json(Map.of("text", text.toString()));
  }

  private static void tell(Story story, Consumer<String> out) {
    String letter = story.next();
    for (int i = 0; i < MOST_LETTERS && !letter.equals(END_OF_PARAGRAPH); i++) {
      out.accept(letter);
      letter = story.next();
    }
  }

  /** Answers a chat with the paragraph that might follow its last message. */
  private void answer(ChatRequest chat, BatchedPredictor<Step, Next> model, TokenSink out) {
    ChatMessage last = chat.messages().get(chat.messages().size() - 1);
    out.promptTokens(last.text().length());
    Sampler sampler =
        new Sampler(chat.temperature(TEMPERATURE), chat.topP(1), chat.seed(anySeed()));
    Story story = story(last.text() + END_OF_PARAGRAPH, sampler, model);
    String letter;
    do {
      letter = story.next();
    } while (!letter.equals(END_OF_PARAGRAPH) && out.emit(letter));
  }

  private Story story(String begin, Sampler sampler, BatchedPredictor<Step, Next> model) {
    return new Story(model, letters, sampler, begin.isEmpty() ? END_OF_PARAGRAPH : begin);
  }

  private static Sampler sampler() {
    return new Sampler(TEMPERATURE, 1, anySeed());
  }

  private static long anySeed() {
    return ThreadLocalRandom.current().nextLong();
  }
}
