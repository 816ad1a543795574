namespace Tricks.Torch.Transforms;

/// <summary>A rectangle of whole pixels.</summary>
internal readonly record struct PixelBox(int Left, int Top, int Width, int Height);

/// <summary>Names the part of an image that is wanted, once its size is known; called at most once.</summary>
internal delegate PixelBox ChoosePart(int width, int height);
