namespace Tricks.Torch.Data;

/// <summary>An image file and its class.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Label">The name of the class.</param>
public sealed record LabelledPath(string Path, string Label);
