/**
 * `torch.utils.data` and the few transforms of torchvision that a CNN needs.
 *
 * @module
 */
export { type RandomCropOptions, randomCrop, randomHorizontalFlip } from './augment.js'
export { type Collated, defaultCollate } from './collate.js'
export { ConcatDataset, type Dataset, type DatasetLike, Subset, TensorDataset } from './dataset.js'
export type { IterableDataset } from './iterable.js'
export { DataLoader, type DataLoaderOptions } from './loader.js'
export {
  BatchSampler,
  type BatchSamplerOptions,
  RandomSampler,
  type RandomSamplerOptions,
  type Sampler,
  SequentialSampler,
  SubsetRandomSampler,
} from './samplers.js'
export { randomSplit } from './split.js'
export { compose, normalize, type Pixels, type Transform, toTensor } from './transforms.js'
export { WeightedRandomSampler, type WeightedRandomSamplerOptions } from './weightedSampler.js'
