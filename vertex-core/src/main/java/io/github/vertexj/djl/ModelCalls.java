package io.github.vertexj.djl;

import io.github.vertexj.StartException;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.proof.BatchProof;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model's calls, the same for all its workers.
 *
 * @param signature of forward; null if the file does not show it
 * @param inputs what the tensors of an instance must be
 * @param forward how they become arguments
 * @param outputs how the answers are copied out
 * @param proof whether instances of different callers may run in one call
 */
record ModelCalls(
    @Nullable ForwardSignature signature,
    InputTypes inputs,
    ForwardCall forward,
    OutputTensors outputs,
    BatchProof proof) {

  /**
   * Finds out what a file says.
   *
   * @param specs what is declared about the inputs; empty if nothing
   * @throws StartException if the model can never be fed, or its answers never be written
   */
  static ModelCalls of(
      ScriptCode code, List<TensorSpec> specs, TorchSettings settings, BatchProof proof) {
    Optional<ForwardSignature> signature = ForwardSignature.of(code);
    requireServable(code);
    return new ModelCalls(
        signature.orElse(null),
        inputs(code, signature, specs, settings.limits()),
        ForwardCall.of(signature, specs),
        new OutputTensors(code),
        proof);
  }

  /** The same with other inputs. */
  ModelCalls with(InputTypes others) {
    return new ModelCalls(signature, others, forward, outputs, proof);
  }

  private static InputTypes inputs(
      ScriptCode code,
      Optional<ForwardSignature> signature,
      List<TensorSpec> specs,
      InputLimits limits) {
    TensorType floating = code.floating();
    TensorType numbers = floating == TensorType.FLOAT64 ? floating : TensorType.FLOAT32;
    List<ForwardSignature.Argument> arguments =
        signature
            .filter(known -> known.way() == ForwardSignature.Way.ARGUMENTS)
            .map(ForwardSignature::tensors)
            .orElse(List.of());
    Set<String> optional =
        arguments.stream()
            .filter(ForwardSignature.Argument::optional)
            .map(ForwardSignature.Argument::name)
            .collect(Collectors.toSet());
    if (specs.isEmpty()) {
      List<TensorSpec> open =
          arguments.stream().map(a -> new TensorSpec(a.name(), numbers, null)).toList();
      return new InputTypes(open, optional, numbers, floating, false, limits);
    }
    boolean nameless = specs.size() == 1 && specs.get(0).name().isEmpty();
    List<TensorSpec> named =
        nameless && !arguments.isEmpty()
            ? List.of(specs.get(0).named(arguments.get(0).name()))
            : specs;
    return new InputTypes(named, optional, numbers, floating, true, limits);
  }

  private static void requireServable(ScriptCode code) {
    code.forward()
        .map(CodeReader.Head::returned)
        .flatMap(returned -> unservable(code, returned))
        .ifPresent(
            type -> {
              throw new StartException(
                  "forward returns %s, and %s cannot be served: only tensors and numbers, alone or in"
                          .formatted(code.forward().get().returned(), type)
                      + " tuples, lists and dictionaries by name; change what forward returns");
            });
  }

  /** The part of a type that no answer can be written of. */
  private static Optional<ScriptType> unservable(ScriptCode code, ScriptType type) {
    Optional<List<CodeReader.Parameter>> fields = code.fields(type);
    if (fields.isPresent()) {
      return fields.get().stream()
          .flatMap(field -> Optional.ofNullable(field.type()).stream())
          .flatMap(field -> unservable(code, field).stream())
          .findFirst();
    }
    return switch (type.name()) {
      case "Tensor", "int", "float", "bool", "number", "NoneType", "Any" -> Optional.empty();
      case "Dict" ->
          type.arguments().get(0).name().equals("str")
              ? unservable(code, type.arguments().get(1))
              : Optional.of(type);
      case "List", "Tuple", "Optional", "Union" ->
          type.arguments().stream().flatMap(part -> unservable(code, part).stream()).findFirst();
      default -> Optional.of(type);
    };
  }
}
