using Tricks.Torch.Transforms;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tricks.Torch.Training;

/// <summary>A trained network that a student learns from (BoT §5.3).</summary>
/// <remarks>Of a trained classifier: <c>new Teacher(classifier.Network, classifier.Preprocessing)</c>.</remarks>
/// <param name="Network">
/// (N, C, H, W) to logits (N, classes), with the student's classes in the student's order, on the training's device. It stays the caller's, is
/// put into evaluation mode and is otherwise only read.
/// </param>
/// <param name="Preprocessing">What it expects of an image. It sees the student's input, whatever its size, normalised its own way.</param>
public sealed record Teacher(Module<Tensor, Tensor> Network, Preprocessing Preprocessing);
