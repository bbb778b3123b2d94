package io.github.vertexj.djl;

import ai.djl.modality.cv.Image;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.JsonSerializable;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadProgress;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.PredictorProvider;
import io.github.vertexj.StartException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A provider of predictors that run a TorchScript file behind a DJL translator. */
final class TranslatedProvider implements PredictorProvider<Object, Object> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TranslatorFactory factory;
  private final TranslatorTypes types;

  private TranslatedProvider(TranslatorFactory factory, TranslatorTypes types) {
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
    TranslatedProof proof =
        new TranslatedProof(
            TranslatedProvider::write,
            settings.joining(),
            TensorModel.tolerance(replicas, settings));
    return replicas
        .serving(reader(), worker -> predictor(replicas.ofWorker(worker), arguments, proof))
        .predictionWriter(TranslatedProvider::write)
        .build();
  }

  /** A translator's arguments are settings, with or without the prefix. */
  private static String argument(String name) {
    return name.startsWith(TorchSettings.OPTION)
        ? name.substring(TorchSettings.OPTION.length())
        : name;
  }

  private TranslatedPredictor predictor(
      WorkerModel model, Map<String, String> arguments, TranslatedProof proof) throws Exception {
    TranslatedPredictor predictor =
        new TranslatedPredictor(model, translator(model, arguments), proof);
    predictor.prepare();
    return predictor;
  }

  @SuppressWarnings("unchecked") // the factory made it for exactly these types
  private Translator<Object, Object> translator(WorkerModel model, Map<String, String> arguments)
      throws TranslateException {
    return (Translator<Object, Object>)
        factory.newInstance(types.instance(), types.prediction(), model.delegate(), arguments);
  }

  @SuppressWarnings("unchecked") // the caller gets what the reader reads
  private InstanceReader<Object> reader() {
    Class<?> read = types.instance() == Image.class ? byte[].class : types.instance();
    return (InstanceReader<Object>) InstanceReader.of(read);
  }

  private static void write(Object prediction, JsonGenerator generator) throws IOException {
    if (prediction instanceof JsonSerializable known) {
      // through a tree, because DJL's own JSON has bare NaN, which is no JSON and is refused here
      generator.writeTree(JSON.readTree(known.toJson()));
    } else {
      generator.writePOJO(prediction);
    }
  }
}
