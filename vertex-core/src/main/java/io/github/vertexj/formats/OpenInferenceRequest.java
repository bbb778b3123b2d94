package io.github.vertexj.formats;

import io.github.vertexj.Parameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a request in the Open Inference Protocol.
 *
 * @param id what the reply must repeat; null if nothing
 * @param inputs at least one
 * @param outputs which outputs are asked for
 * @param parameters without those of the protocol itself
 */
record OpenInferenceRequest(
    @Nullable String id,
    List<OpenInferenceInput> inputs,
    WantedOutputs outputs,
    Parameters parameters) {

  /**
   * The outputs asked for.
   *
   * @param named empty for all of them
   * @param binary whether outputs are binary where nothing else is said of them
   */
  record WantedOutputs(List<WantedOutput> named, boolean binary) {}

  /**
   * An output asked for.
   *
   * @param binary whether as bytes; null if nothing is said
   */
  record WantedOutput(String name, @Nullable Boolean binary) {}
}
