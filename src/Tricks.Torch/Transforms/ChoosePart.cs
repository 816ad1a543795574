namespace Tricks.Torch.Transforms;

/// <summary>Names the part of an image that is wanted, once its size is known; called at most once.</summary>
internal delegate PixelBox ChoosePart(int width, int height);
