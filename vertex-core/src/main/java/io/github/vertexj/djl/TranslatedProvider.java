package io.github.vertexj.djl;

import ai.djl.modality.cv.Image;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.JsonSerializable;
import ai.djl.util.StringPair;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A provider of predictors that run a TorchScript file behind a DJL translator. */
final class TranslatedProvider implements PredictorProvider<Object, Object> {
  private static final Logger LOG = LoggerFactory.getLogger(TranslatedProvider.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RERANKING = "reranking";

  private final TranslatorFactory factory;
  private final List<TranslatorTypes> types;

  private TranslatedProvider(TranslatorFactory factory, List<TranslatorTypes> types) {
    this.factory = factory;
    this.types = types;
  }

  /**
   * Returns a provider for a factory's translators.
   *
   * @throws StartException if the class is not there or is no such factory
   */
  static TranslatedProvider of(String factoryClass, @Nullable String instanceClass) {
    TranslatorFactory factory = newFactory(factoryClass);
    return new TranslatedProvider(factory, TranslatorTypes.of(factory, instanceClass));
  }

  private static TranslatorFactory newFactory(String name) {
    try {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      ClassLoader loader = context != null ? context : TranslatedProvider.class.getClassLoader();
      return Class.forName(name, true, loader)
          .asSubclass(TranslatorFactory.class)
          .getConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
      throw new StartException(
          "translatorFactory=%s in serving.properties: it must be the full name of a public class"
                  .formatted(name)
              + " on the class path which implements ai.djl.translate.TranslatorFactory and has a"
              + " constructor without parameters ("
              + e
              + ")",
          e);
    }
  }

  @Override
  public LoadedModel<Object, Object> load(DeployedModel model, LoadProgress progress) {
    Map<String, String> arguments = new HashMap<>();
    model.settings().forEach((name, value) -> arguments.put(argument(name), value));
    TorchSettings settings = TorchSettings.from(model.settings());
    Replicas replicas = Replicas.load(model, settings, progress);
    Map<Class<?>, TranslatedProof> proofs = new LinkedHashMap<>();
    types.forEach(each -> proofs.put(each.instance(), proof(replicas, settings)));
    LoadedModel<Object, Object> translated =
        replicas
            .serving(anything(), worker -> predictor(replicas.ofWorker(worker), arguments, proofs))
            .stackable((first, second) -> first.getClass() == second.getClass())
            .description(() -> proofs.values().iterator().next().description())
            .predictionWriter(TranslatedProvider::write)
            .warmUp(this::warmUp)
            .build();
    return readable(translated, settings);
  }

  /**
   * Predicts the samples, or instances that are made up; what a model fails on is no fault then.
   */
  private void warmUp(Predictor<Object, Object> predictor, List<Object> samples, int maxBatchSize)
      throws Exception {
    for (int i = 0; i < samples.size(); i++) {
      try {
        predictor.predict(List.of(samples.get(i)), Parameters.absent());
      } catch (RuntimeException e) {
        throw new StartException(
            "the model cannot predict the sample %d of samples.jsonl: %s"
                .formatted(i + 1, e.getMessage()),
            e);
      }
    }
    for (TranslatorTypes each : samples.isEmpty() ? types : List.<TranslatorTypes>of()) {
      List<Object> probes = TranslatorProbes.of(each.instance());
      try {
        if (!probes.isEmpty()) {
          predictor.predict(
              probes.subList(0, Math.min(maxBatchSize, probes.size())), Parameters.absent());
        }
      } catch (DeviceLostException e) {
        throw e;
      } catch (Exception e) {
        LOG.info("No warm-up: an instance that was made up failed: {}", e.getMessage());
      }
    }
  }

  private static TranslatedProof proof(Replicas replicas, TorchSettings settings) {
    return new TranslatedProof(
        TranslatedProvider::write, settings.joining(), TensorModel.tolerance(replicas, settings));
  }

  /** Instances that DJL's own translators take are read here, those of others by Jackson. */
  private LoadedModel<Object, Object> readable(
      LoadedModel<Object, Object> model, TorchSettings settings) {
    Set<Class<?>> classes =
        types.stream().map(TranslatorTypes::instance).collect(Collectors.toUnmodifiableSet());
    if (!TranslatorInstances.KNOWN.containsAll(classes)) {
      return model.toBuilder().instanceReader(ofType(types.get(0).instance())).build();
    }
    TranslatorInstances reading =
        new TranslatorInstances(classes, new ImageReading(settings.maxPixels()));
    LoadedModel<Object, Object> read =
        classes.contains(Image.class)
            ? model.converted(
                ofType(byte[].class),
                bytes ->
                    bytes instanceof Image ? bytes : image((byte @Nullable []) bytes, settings),
                prediction -> prediction)
            : model.converted(
                ofType(JsonNode.class),
                json ->
                    json == null || json instanceof JsonNode ? reading.read((JsonNode) json) : json,
                prediction -> prediction);
    return read.toBuilder().predictionWriter(TranslatedProvider::write).build();
  }

  private static Object image(byte @Nullable [] bytes, TorchSettings settings) {
    if (bytes == null) {
      throw new InvalidInputException("an instance must not be null");
    }
    return new ImageReading(settings.maxPixels()).read(bytes);
  }

  /** Whether instances are images. */
  boolean takesImages() {
    return types.get(0).instance() == Image.class;
  }

  private static InstanceReader<Object> anything() {
    return ofType(Object.class);
  }

  @SuppressWarnings("unchecked") // the caller gets what the reader reads
  private static InstanceReader<Object> ofType(Class<?> type) {
    return (InstanceReader<Object>) InstanceReader.of(type);
  }

  /** A translator's arguments are settings, with or without the prefix. */
  private static String argument(String name) {
    return name.startsWith(TorchSettings.OPTION)
        ? name.substring(TorchSettings.OPTION.length())
        : name;
  }

  private Predictor<Object, Object> predictor(
      WorkerModel model, Map<String, String> arguments, Map<Class<?>, TranslatedProof> proofs)
      throws Exception {
    Map<Class<?>, TranslatedPredictor> predictors = new LinkedHashMap<>();
    for (TranslatorTypes each : types) {
      TranslatedProof proof = Objects.requireNonNull(proofs.get(each.instance()));
      Translator<Object, Object> translator;
      try {
        translator = translator(each, model, arguments);
      } catch (StartException e) {
        if (predictors.isEmpty()) {
          throw e;
        }
        LOG.debug("Only {} are taken", predictors.keySet(), e);
        continue;
      }
      TranslatedPredictor predictor = new TranslatedPredictor(model, translator, proof);
      predictor.prepare();
      predictors.put(each.instance(), predictor);
    }
    return types.size() == 1
        ? predictors.values().iterator().next()
        : new PredictorByClass(predictors);
  }

  @SuppressWarnings("unchecked") // the factory made it for exactly these types
  private Translator<Object, Object> translator(
      TranslatorTypes each, WorkerModel model, Map<String, String> arguments) {
    try {
      Map<String, String> own = new HashMap<>(arguments);
      if (each.instance() == StringPair.class) {
        own.putIfAbsent(RERANKING, "true"); // without it DJL offers pairs, and refuses them
      }
      return (Translator<Object, Object>)
          factory.newInstance(each.instance(), each.prediction(), model.delegate(), own);
    } catch (TranslateException | RuntimeException e) {
      throw new StartException(
          "%s makes no translator for %s: %s; the translator's settings and files must fit"
              .formatted(factory.getClass().getName(), each.instance().getName(), e.getMessage()),
          e);
    }
  }

  private static void write(Object prediction, JsonGenerator generator) throws IOException {
    if (prediction instanceof JsonSerializable) {
      generator.writeTree(tree(prediction));
    } else {
      generator.writePOJO(prediction);
    }
  }

  /** A prediction in JSON. */
  static JsonNode tree(Object prediction) throws IOException {
    // through text, because DJL's own JSON has bare NaN, which is no JSON and is refused here
    return prediction instanceof JsonSerializable known
        ? JSON.readTree(String.valueOf(known.toJson()))
        : JSON.valueToTree(prediction);
  }
}
