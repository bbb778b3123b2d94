package io.github.vertexj.formats;

import io.github.vertexj.Parameters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a request in the Open Inference Protocol.
 *
 * @param id what the reply must repeat; null if nothing
 * @param inputs at least one
 * @param outputs the outputs asked for; empty for all of them
 * @param binaryOutput whether outputs are binary where nothing else is said of them
 * @param parameters without those of the protocol itself
 */
record OpenInferenceRequest(
    @Nullable String id,
    List<OpenInferenceInput> inputs,
    List<WantedOutput> outputs,
    boolean binaryOutput,
    Parameters parameters) {

  /**
   * An output asked for.
   *
   * @param binary whether as bytes; null if nothing is said
   */
  record WantedOutput(String name, @Nullable Boolean binary) {}
}
