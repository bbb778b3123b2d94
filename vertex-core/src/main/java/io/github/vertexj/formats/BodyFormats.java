package io.github.vertexj.formats;

import io.github.vertexj.InstanceReader;
import io.github.vertexj.PredictionWriter;
import io.github.vertexj.RequestHeaders;
import io.github.vertexj.envelope.EnvelopeRules;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.Document;
import io.github.vertexj.json.JsonScanner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All the formats that one model is served in, each request by what its headers and its JSON say it
 * is.
 *
 * <p>Every model takes envelopes. One whose instances are tensors also takes
 *
 * <ul>
 *   <li>{@code .npy} files, by the media type {@code application/x-npy}, answered likewise if the
 *       predictions are tensors, else with an envelope;
 *   <li>the Open Inference Protocol: a JSON object with {@code inputs} and without {@code
 *       instances} (C4.26);
 *   <li>its binary tensors behind a JSON head, by the media type {@code
 *       application/vnd.vertex-ai-triton.binary+json;json-header-size=N} (C11.9), or by the header
 *       {@code Inference-Header-Content-Length} with JSON, with {@code application/octet-stream},
 *       or with no media type.
 * </ul>
 *
 * <p>Thread-safe.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
public final class BodyFormats<I, P> implements BodyFormat<I, P> {
  private static final String DEFAULT_NAME = "model";
  private static final String OCTETS = "application/octet-stream";

  private final EnvelopeFormat<I, P> envelope;
  private final @Nullable OpenInferenceFormat<I, P> openInference;
  private final @Nullable NpyFormat<I, P> npy;
  private final EnvelopeRules rules;

  private BodyFormats(
      EnvelopeFormat<I, P> envelope,
      @Nullable OpenInferenceFormat<I, P> openInference,
      @Nullable NpyFormat<I, P> npy,
      EnvelopeRules rules) {
    this.envelope = envelope;
    this.openInference = openInference;
    this.npy = npy;
    this.rules = rules;
  }

  /**
   * Returns the formats of a model, which Open Inference replies call {@code model}.
   *
   * @param pool lends the memory of tensors and replies
   * @throws io.github.vertexj.StartException if Jackson cannot read the type of the instances
   */
  public static <I, P> BodyFormats<I, P> of(
      InstanceReader<I> instances,
      PredictionWriter<P> predictions,
      EnvelopeRules rules,
      BytePool pool) {
    EnvelopeFormat<I, P> envelope = new EnvelopeFormat<>(instances, predictions, rules, pool);
    InstanceRows<I> rows = InstanceRows.of(instances, rules.maxInstances());
    return rows == null
        ? new BodyFormats<>(envelope, null, null, rules)
        : new BodyFormats<>(
            envelope,
            new OpenInferenceFormat<>(rows, DEFAULT_NAME, rules.json(), pool),
            new NpyFormat<>(rows, envelope, rules.json().maxDepth(), pool),
            rules);
  }

  /**
   * Returns these formats with another name for the model in Open Inference replies.
   *
   * @param modelName null keeps the name
   */
  public BodyFormats<I, P> named(@Nullable String modelName) {
    return openInference == null || modelName == null
        ? this
        : new BodyFormats<>(envelope, openInference.named(modelName), npy, rules);
  }

  /**
   * Returns the format that is not JSON as a whole, if the headers announce one; null if not, and
   * the body is to be read by this.
   */
  public @Nullable BodyFormat<I, P> binary(RequestHeaders headers) {
    if (npy == null) {
      return null;
    }
    return switch (headers.mediaType().name()) {
      case NpyFormat.MEDIA_TYPE -> npy;
      case HeadLength.MEDIA_TYPE -> openInference;
      case OCTETS -> headers.first(HeadLength.HEADER) == null ? null : openInference;
      default -> null;
    };
  }

  /** The media types of those formats; none if the model's instances are no tensors. */
  public List<String> binaryTypes() {
    return npy == null ? List.of() : List.of(NpyFormat.MEDIA_TYPE, HeadLength.MEDIA_TYPE);
  }

  /** Reads JSON: an envelope, or Open Inference, whose tensors may follow in binary. */
  @Override
  public Exchange<I, P> read(RequestHeaders headers, Document body) {
    if (openInference == null) {
      return envelope.read(headers, body);
    }
    if (headers.first(HeadLength.HEADER) != null) {
      return openInference.read(headers, body);
    }
    return readJson(openInference, body);
  }

  private Exchange<I, P> readJson(OpenInferenceFormat<I, P> inference, Document body) {
    JsonScanner in = new JsonScanner(body, rules.json());
    if (OpenInferenceReader.mayRead(in)) {
      Exchange<I, P> exchange = inference.read(in);
      if (exchange != null) {
        return exchange;
      }
      in.rewind(body.offset(), 0);
    }
    return envelope.read(in);
  }
}
