package io.github.vertexj.start;

import io.github.vertexj.DeployedModel;
import io.github.vertexj.LoadedModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that is loaded, with all that is left to say before its predictors are made.
 *
 * @param deployed what was loaded
 * @param model what came of it, as the settings have it; whoever has this closes it
 * @param settings the server's, with what the model directory says of them
 * @param samples instances as a client sends them, to warm up with
 */
public record StartedModel<I, P>(
    DeployedModel deployed,
    LoadedModel<I, P> model,
    ServingSettings settings,
    List<@Nullable I> samples) {}
